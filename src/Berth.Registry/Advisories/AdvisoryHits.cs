using System.Text;
using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Scanning.Dependencies;

namespace Berth.Registry.Advisories;

/// <summary>The table <c>advisory_hit</c>: which versions advisories name.</summary>
internal static class AdvisoryHits
{
    private const int AtOnce = 300;

    /// <summary>Advisories about these packages.</summary>
    public static async Task<IReadOnlyList<OsvAdvisory>> AboutAsync(DbSession session, IReadOnlyList<PackageDependency> dependencies)
    {
        var found = new Dictionary<string, OsvAdvisory>(StringComparer.Ordinal);
        foreach (var ecosystem in dependencies.GroupBy(dependency => dependency.Ecosystem))
        {
            foreach (var names in ecosystem.Select(dependency => dependency.Name).Distinct().Chunk(AtOnce))
            {
                var documents = await session.QueryAsync<string>(
                    "SELECT a.document FROM advisory a JOIN advisory_package p ON p.advisory_id = a.id WHERE p.ecosystem = @Key AND p.name IN @names AND a.withdrawn IS NULL",
                    new { ecosystem.Key, names });
                foreach (var advisory in documents.Select(document => OsvReader.Read(Encoding.UTF8.GetBytes(document))).OfType<OsvAdvisory>())
                    found[advisory.Id] = advisory;
            }
        }

        return [.. found.Values];
    }

    /// <summary>Compares a version that is being written with everything known, and returns that.</summary>
    public static async Task<Packaging.Scanning.Dependencies.Advisories> RefreshVersionAsync(DbSession session, string slug, string version, IReadOnlyList<PackageDependency> dependencies, long at)
    {
        await session.ExecuteAsync("DELETE FROM advisory_hit WHERE slug = @slug AND version = @version", new { slug, version });
        var advisories = new Packaging.Scanning.Dependencies.Advisories(await AboutAsync(session, dependencies));
        foreach (var dependency in dependencies)
        {
            foreach (var advisory in advisories.Against(dependency))
                await AddAsync(session, slug, version, dependency, advisory, at);
        }

        return advisories;
    }

    /// <summary>Compares everything published with one advisory, and tells the publishers of what it names.</summary>
    public static async Task<AdvisoryReach> RefreshAdvisoryAsync(DbSession session, OsvAdvisory advisory, long at)
    {
        var before = (await session.QueryAsync<VersionRow>("SELECT DISTINCT slug, version FROM advisory_hit WHERE advisory_id = @Id", new { advisory.Id })).Select(row => (row.Slug, row.Version)).ToHashSet();
        await session.ExecuteAsync("DELETE FROM advisory_hit WHERE advisory_id = @Id", new { advisory.Id });
        var fresh = new HashSet<(string, string)>();
        var snapshot = new Packaging.Scanning.Dependencies.Advisories([advisory]);
        foreach (var (ecosystem, name) in advisory.Affected.Select(affected => (affected.Ecosystem, affected.Name)).Distinct())
        {
            var users = await session.QueryAsync<UserRow>(
                """
                SELECT d.slug, d.version, d.used_version, d.file, d.is_development, v.published_by FROM scan_dependency d JOIN package_version v ON v.slug = d.slug AND v.version = d.version
                WHERE d.ecosystem = @ecosystem AND d.name = @name AND v.state IN ('visible', 'held') ORDER BY d.slug, d.version
                """,
                new { ecosystem, name });
            foreach (var user in users)
            {
                var dependency = new PackageDependency(ecosystem, name, user.UsedVersion, user.File, user.IsDevelopment != 0);
                if (!snapshot.Against(dependency).Any())
                    continue;
                await AddAsync(session, user.Slug, user.Version, dependency, advisory, at);
                if (before.Contains((user.Slug, user.Version)) || !fresh.Add((user.Slug, user.Version)))
                    continue;
                var data = JsonSerializer.Serialize(new { slug = user.Slug, version = user.Version, advisory = advisory.Id, dependency = $"{ecosystem} {name} {user.UsedVersion}", severity = advisory.Severity.ToString().ToLowerInvariant() });
                await RegistryRecords.AddEventAsync(session, at, "berth.advisory.affects_version", $"{user.Slug}@{user.Version}", user.PublishedBy, data);
            }
        }

        return new AdvisoryReach(fresh.Count, [.. before.Union(fresh)]);
    }

    private static Task<int> AddAsync(DbSession session, string slug, string version, PackageDependency dependency, OsvAdvisory advisory, long at) => session.ExecuteAsync(
        """
        INSERT INTO advisory_hit (advisory_id, slug, version, ecosystem, name, used_version, severity, found_at)
        VALUES (@Id, @slug, @version, @Ecosystem, @Name, @used, @severity, @at) ON CONFLICT DO NOTHING
        """,
        new { advisory.Id, slug, version, dependency.Ecosystem, dependency.Name, used = dependency.Version, severity = advisory.Severity.ToString().ToLowerInvariant(), at });

    private sealed record VersionRow(string Slug, string Version);

    private sealed record UserRow(string Slug, string Version, string UsedVersion, string File, long IsDevelopment, string PublishedBy);
}

/// <summary>Which versions a changed advisory says something about.</summary>
/// <param name="Fresh">How many it did not name before.</param>
/// <param name="Versions">All that it names now or named before; their verdicts are not what they would be now.</param>
internal sealed record AdvisoryReach(int Fresh, IReadOnlyList<(string Slug, string Version)> Versions);
