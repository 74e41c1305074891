namespace Berth.Host.Guards;

/// <summary>The guards of the versions that were loaded since the start, and how they decided.</summary>
public interface IGuardRegister
{
    /// <summary>Every version that has guards, ordered by slug and version, as it was loaded last.</summary>
    IReadOnlyList<PluginGuards> Snapshot();
}

/// <summary>The guards of one version.</summary>
/// <param name="Id">The version.</param>
/// <param name="Guards">Those of its manifest in declared order, then those that only its code knows.</param>
public sealed record PluginGuards(PluginVersionId Id, IReadOnlyList<GuardSnapshot> Guards);
