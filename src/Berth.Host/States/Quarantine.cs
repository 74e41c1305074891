using Berth.Host.Pipeline;

namespace Berth.Host.States;

/// <summary>Why a version may not run.</summary>
/// <param name="Reason">For people.</param>
/// <param name="By">Who decided it, if known.</param>
internal sealed record Quarantine(string Reason, string? By)
{
    public const string Code = "plugin.quarantined";

    /// <summary>The reason is what somebody typed: it ends like a sentence when another follows.</summary>
    private string Sentence => Reason.TrimEnd() is var reason && reason is [.., '.' or '!' or '?'] ? reason : reason + ".";

    public LeaseOutcome.Failed ToOutcome(PluginVersionId id) => new(
        Code, $"{id} is quarantined and does not run: {Sentence} An administrator can release it.", null);

    /// <summary>Why a load ended.</summary>
    public StageFault ToFault(PluginVersionId id) => new(Code, ToOutcome(id).Reason, IsRetried: false);
}
