using Berth.Packaging.Versioning;
using Berth.Registry.Catalog;
using Berth.Registry.Trust;

namespace Berth.Registry.Mirroring;

/// <summary>Which versions go into a bundle: of each plugin the newest that fits; with what they need, those first.</summary>
internal sealed class BundleChoice(ICatalog catalog)
{
    private readonly List<VersionRecord> _chosen = [];
    private readonly HashSet<string> _seen = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _missing = [];

    public IReadOnlyList<VersionRecord> Chosen => _chosen;

    public IReadOnlyList<string> Missing => _missing;

    public async Task AddAsync(string wanted, bool withDependencies, CancellationToken cancellationToken)
    {
        var at = wanted.IndexOf('@', StringComparison.Ordinal);
        var (slug, text) = at < 0 ? (wanted, "*") : (wanted[..at], wanted[(at + 1)..]);
        if (!VersionRange.TryParse(text, out var range))
            _missing.Add($"'{text}' is no version and no range.");
        else
            await AddAsync(slug, range, withDependencies, neededBy: null, cancellationToken);
    }

    private async Task AddAsync(string slug, VersionRange range, bool withDependencies, string? neededBy, CancellationToken cancellationToken)
    {
        var plugin = await catalog.FindAsync(slug, cancellationToken);
        var fitting = plugin?.Versions.Where(version => range.Contains(version.Manifest.Version)).ToList() ?? [];
        // A yanked version comes along only when it is the very one that was asked for.
        var version = fitting.Find(version => version.YankedAt is null) ?? (neededBy is null && fitting.Count == 1 ? fitting[0] : null);
        if (version is null || version.TrustLevel == TrustLevels.Quarantined)
        {
            _missing.Add($"{(neededBy is null ? "" : $"{neededBy} needs ")}'{slug}' ({range}): {(plugin is null ? "there is no such plugin" : version is null ? "no version fits" : "it is quarantined")}.");
            return;
        }

        if (!_seen.Add($"{version.Slug}@{version.Version}"))
            return;
        if (withDependencies)
        {
            foreach (var (needed, needs) in version.Manifest.Dependencies.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                await AddAsync(needed, needs, withDependencies, $"{version.Slug} {version.Version}", cancellationToken);
        }

        _chosen.Add(version);
    }
}
