using Berth.Host;

namespace Berth.Hostile.Tests.Range;

/// <summary>No ceiling: what is tried is what holds a plugin to what it declares, when it has all of that.</summary>
internal sealed class EverythingPermitted : ITrustCeilings
{
    public int Generation => 0;

    public bool Permits(string slug, string trustLevel, string capability) => true;
}
