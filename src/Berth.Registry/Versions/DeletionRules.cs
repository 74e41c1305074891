using System.Text;
using Berth.Data.Sessions;
using Berth.Packaging.Manifest;
using Berth.Packaging.Versioning;

namespace Berth.Registry.Versions;

/// <summary>What speaks against deleting a version. People may build on what is published; after three days it stays.</summary>
public static class DeletionRules
{
    /// <summary>How long after its publication a version may be deleted: 72 hours.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(72);

    private const int MostNamed = 5;

    /// <summary>All reasons.</summary>
    /// <param name="session">The transaction that would delete it.</param>
    /// <param name="version">The version.</param>
    /// <param name="now">The time.</param>
    /// <param name="installations">How many installations have it; <see langword="null"/> when nobody knows, then downloads count instead.</param>
    internal static async Task<IReadOnlyList<VersionRefusal>> FindAsync(DbSession session, VersionRow version, DateTimeOffset now, long? installations)
    {
        List<VersionRefusal> reasons = [];
        if (now - DateTimeOffset.FromUnixTimeMilliseconds(version.PublishedAt) > MaxAge)
            reasons.Add(new VersionRefusal("version.delete.age", $"{version.Slug} {version.Version} was published more than {MaxAge.TotalHours:0} hours ago. Yank it instead."));
        if (installations > 0)
            reasons.Add(new VersionRefusal("version.delete.installed", $"{Count(installations.Value, "installation")} of it {(installations == 1 ? "exists" : "exist")}. Yank it instead: they keep working and nobody new gets it."));
        if (installations is null && await DownloadsAsync(session, version) is > 0 and var downloads)
            reasons.Add(new VersionRefusal("version.delete.downloaded", $"It was downloaded {Count(downloads, "time")}, and this registry does not know by whom it is installed. Yank it instead."));
        if (await DependentsAsync(session, version) is { Count: > 0 } dependents)
            reasons.Add(new VersionRefusal("version.delete.dependents", $"Without it nothing fits what {Named(dependents)} {(dependents.Count == 1 ? "needs" : "need")}. Publish a version that fits first, or yank it instead."));
        foreach (var channel in await session.QueryAsync<string>(
            "SELECT name FROM release_channel WHERE slug = @Slug AND version = @Version ORDER BY name", new { version.Slug, version.Version }))
        {
            reasons.Add(new VersionRefusal("version.delete.channel", $"The channel '{channel}' points to it. Promote or roll back to another version first."));
        }

        return reasons;
    }

    private static Task<long> DownloadsAsync(DbSession session, VersionRow version) => session.ScalarAsync<long>(
        "SELECT CAST(COALESCE(SUM(count), 0) AS BIGINT) FROM download_daily WHERE slug = @Slug AND version = @Version", new { version.Slug, version.Version });

    /// <summary>Versions of other plugins that need this very version: no other one on offer fits their range.</summary>
    private static async Task<IReadOnlyList<string>> DependentsAsync(DbSession session, VersionRow version)
    {
        var own = SemanticVersion.Parse(version.Version);
        var others = (await session.QueryAsync<string>(
                "SELECT version FROM package_version WHERE slug = @Slug AND version <> @Version AND state = 'visible' AND yanked_at IS NULL",
                new { version.Slug, version.Version }))
            .Select(SemanticVersion.Parse).ToList();
        // Read as text first: only manifests that name the slug at all are parsed.
        var named = await session.QueryAsync<DependentRow>(
            "SELECT slug, version, manifest FROM package_version WHERE slug <> @Slug AND state = 'visible' AND LOWER(manifest) LIKE @pattern ESCAPE '!'",
            new { version.Slug, pattern = $"%\"{Escaped(version.Slug.ToLowerInvariant())}\"%" });
        return [.. named.Where(row => ManifestReader.Read(Encoding.UTF8.GetBytes(row.Manifest)).Manifest?.Dependencies
                .Any(need => string.Equals(need.Key, version.Slug, StringComparison.OrdinalIgnoreCase)
                    && need.Value.Contains(own) && !others.Exists(other => need.Value.Contains(other))) is true)
            .Select(row => $"{row.Slug} {row.Version}").Order(StringComparer.Ordinal)];
    }

    private static string Escaped(string text) => text.Replace("!", "!!", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal);

    private static string Named(IReadOnlyList<string> versions) =>
        string.Join(", ", versions.Take(MostNamed)) + (versions.Count > MostNamed ? $" and {versions.Count - MostNamed} more" : "");

    private static string Count(long count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private sealed record DependentRow(string Slug, string Version, string Manifest);
}
