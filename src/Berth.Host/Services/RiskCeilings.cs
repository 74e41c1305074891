namespace Berth.Host.Services;

/// <summary>The ceilings of a host that knows no registry's policies: up to the risk that a level may run.</summary>
internal sealed class RiskCeilings : ITrustCeilings
{
    public int Generation => 0;

    public bool Permits(string slug, string trustLevel, string capability) => CapabilityCeiling.Apply([capability], trustLevel).Any();
}
