using Berth.Host.Pipeline;

namespace Berth.Host.States;

/// <summary>Why a version may not run.</summary>
/// <param name="Reason">For people.</param>
/// <param name="By">Who decided it, if known.</param>
internal sealed record Quarantine(string Reason, string? By)
{
    public const string Code = "plugin.quarantined";

    public LeaseOutcome.Failed ToOutcome(PluginVersionId id) => new(
        Code, $"{id} is quarantined and does not run: {Reason} An administrator can release it.", null);

    /// <summary>Why a load ended.</summary>
    public StageFault ToFault(PluginVersionId id) => new(Code, ToOutcome(id).Reason, IsRetried: false);
}
