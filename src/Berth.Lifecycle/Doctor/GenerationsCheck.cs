using System.Runtime.CompilerServices;
using Berth.Data.Sessions;

namespace Berth.Lifecycle.Doctor;

/// <summary>Looks for generations of documents that neither an installation nor its rollback slot nor an operation uses, beside the one an uninstall keeps.</summary>
internal sealed class GenerationsCheck(IDatabase database) : IDoctorCheck
{
    private const string Surplus =
        """
        SELECT g.user_id, g.plugin_slug, g.generation FROM user_data_generation g
        LEFT JOIN plugin p ON p.user_id = g.user_id AND p.plugin_slug = g.plugin_slug
        WHERE (p.id IS NOT NULL AND g.generation <> p.generation AND g.generation <> COALESCE(p.previous_generation, p.generation)
                OR p.id IS NULL AND g.generation < (SELECT MAX(n.generation) FROM user_data_generation n WHERE n.user_id = g.user_id AND n.plugin_slug = g.plugin_slug))
            AND NOT EXISTS (SELECT 1 FROM operation o WHERE o.user_id = g.user_id AND o.plugin_slug = g.plugin_slug AND o.state = 'running' AND o.kind <> 'bulk')
        """;

    public string Name => "generations";

    public async IAsyncEnumerable<Ailment> RunAsync(DoctorScope scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One statement sees one moment: between the commits of an operation there is nothing to explain away.
        foreach (var row in await database.ReadAsync(session => session.QueryAsync<SurplusRow>(Surplus + " ORDER BY g.user_id, g.plugin_slug, g.generation"), cancellationToken))
        {
            scope.Done++;
            yield return new Ailment(
                new Finding(
                    "doctor.generation_surplus", FindingSeverity.Warning, $"{row.UserId}_{row.PluginSlug}",
                    $"Nothing refers to generation {row.Generation} of its documents.", "Delete the generation and its documents."),
                cancellation => DropAsync(row, cancellation));
        }
    }

    private async Task<string?> DropAsync(SurplusRow row, CancellationToken cancellationToken)
    {
        var dropped = await database.WriteAsync(
            async session => (await session.QueryAsync<SurplusRow>(
                    Surplus + " AND g.user_id = @UserId AND g.plugin_slug = @PluginSlug AND g.generation = @Generation", row)).Count == 0
                ? 0
                : await session.ExecuteAsync(
                    "DELETE FROM user_data_generation WHERE user_id = @UserId AND plugin_slug = @PluginSlug AND generation = @Generation", row),
            cancellationToken);
        return dropped == 1 ? "Deleted the generation." : null;
    }

    private sealed record SurplusRow(string UserId, string PluginSlug, long Generation);
}
