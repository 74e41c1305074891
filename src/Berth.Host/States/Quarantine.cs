namespace Berth.Host.States;

/// <summary>Why a version may not run.</summary>
/// <param name="Reason">For people.</param>
/// <param name="By">Who decided it, if known.</param>
internal sealed record Quarantine(string Reason, string? By)
{
    public LeaseOutcome.Failed ToOutcome(PluginVersionId id) => new(
        "plugin.quarantined", $"{id} is quarantined and does not run: {Reason} An administrator can release it.", null);
}
