using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Search;
using Berth.Registry.Trust;
using Berth.Registry.Trust.InForce;
using Berth.Registry.Trust.Quarantines;

namespace Berth.Registry.Mirroring.Upstream;

/// <summary>Quarantines of this house, in force for what comes from another registry too: by the plugin's name, a version's, or a package's digest.</summary>
internal static class UpstreamQuarantines
{
    /// <summary>The plugin with what is quarantined here; <see langword="null"/> when nothing of it is.</summary>
    public static async Task<PluginRecord?> ApplyAsync(DbSession session, PluginRecord plugin, long now)
    {
        var folded = SearchWords.Fold(plugin.Slug);
        var rows = await session.QueryAsync<Row>(
            $"""
            SELECT q.kind, q.subject FROM trust_quarantine q WHERE {QuarantineSql.InForce}
            AND ((q.kind = 'plugin' AND q.subject = @folded) OR (q.kind = 'version' AND substr(q.subject, 1, @length) = @prefix) OR q.kind = 'file')
            """,
            new { now, folded, prefix = folded + "@", length = folded.Length + 1 });
        if (rows.Count == 0)
            return null;
        if (rows.Any(row => row.Kind == QuarantineKinds.Plugin))
            return plugin with { TrustLevel = TrustLevels.Quarantined, Versions = [.. plugin.Versions.Select(Quarantined)] };
        var hit = rows.Select(row => row.Kind == QuarantineKinds.Version ? row.Subject[(folded.Length + 1)..] : row.Subject).ToHashSet(StringComparer.Ordinal);
        return plugin.Versions.Any(IsHit) ? plugin with { Versions = [.. plugin.Versions.Select(version => IsHit(version) ? Quarantined(version) : version)] } : null;

        bool IsHit(VersionRecord version) => hit.Contains(version.Version) || hit.Contains(version.Digest);
    }

    private static VersionRecord Quarantined(VersionRecord version) => version with { TrustLevel = TrustLevels.Quarantined };

    private sealed record Row(string Kind, string Subject);
}
