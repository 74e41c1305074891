namespace Berth.Host.Isolation;

/// <summary>
/// Versions that stayed in memory once after their unload: none of them is loaded into a host's own process again. Whoever has a
/// database keeps the marks over restarts and for all nodes; without one each host knows its own, until it ends.
/// </summary>
public interface ILeakMarks
{
    /// <summary>Whether the version is marked; asked before each load, so it is answered from memory. <see langword="null"/>: nobody keeps marks.</summary>
    /// <param name="id">The version.</param>
    bool? Has(PluginVersionId id);

    /// <summary>Marks a version. Returns at once; what cannot be written now is written later.</summary>
    /// <param name="id">The version.</param>
    /// <param name="roots">What keeps it in memory.</param>
    void Add(PluginVersionId id, IReadOnlyList<string> roots);
}

/// <summary>A host without a database.</summary>
internal sealed class NoLeakMarks : ILeakMarks
{
    public bool? Has(PluginVersionId id) => null;

    public void Add(PluginVersionId id, IReadOnlyList<string> roots)
    {
        // The version's slot knows it.
    }
}
