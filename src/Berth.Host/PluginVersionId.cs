namespace Berth.Host;

/// <summary>Which plugin version: all that the host knows about who uses what.</summary>
/// <param name="Slug">The slug, in its canonical spelling.</param>
/// <param name="Version">SemVer 2.0.0, canonical text.</param>
public readonly record struct PluginVersionId(string Slug, string Version)
{
    /// <inheritdoc />
    public override string ToString() => $"{Slug} {Version}";
}
