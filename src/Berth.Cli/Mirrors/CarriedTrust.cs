using System.Collections.Concurrent;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Mirrors;

/// <summary>
/// Takes the source's decisions on plugins to a registry, which judges them: what people there decided stays, and nothing that is
/// mirrored becomes that registry's own.
/// </summary>
/// <param name="registry">The registry.</param>
/// <param name="source">Where the plugins come from.</param>
internal sealed class CarriedTrust(ApiConnection registry, string source)
{
    // Of a plugin, not of a version: asked once a run.
    private readonly ConcurrentDictionary<string, Lazy<Task<string?>>> _carried = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What a publish says of a version that is mirrored.</summary>
    public string QueryOf(MirroredVersion version) =>
        $"?carried_from={Uri.EscapeDataString(source)}{(LevelOf(version) is { } level ? $"&carried_level={Uri.EscapeDataString(level)}" : "")}";

    /// <summary>Takes over what the source decided. Returns what could not be taken over, or <see langword="null"/>.</summary>
    public async Task<string?> CarryAsync(MirroredVersion version, MirroredVersion known, CancellationToken cancellationToken)
    {
        if (LevelOf(version) is not { } level)
        {
            return null;
        }

        var stop = version.TrustLevel == "quarantined" && level != "quarantined" && known.TrustLevel != "quarantined" ? await StopAsync(version, cancellationToken) : null;
        var left = await _carried.GetOrAdd(version.Slug, _ => new Lazy<Task<string?>>(() => CarryAsync(version, level, cancellationToken))).Value;
        return stop is null || left is null ? stop ?? left : $"{stop} and {left}";
    }

    private static string? LevelOf(MirroredVersion version) => version.Trust?.Level ?? version.TrustLevel;

    private async Task<string?> CarryAsync(MirroredVersion version, string level, CancellationToken cancellationToken)
    {
        // A plugin that is stopped by a quarantine has another decision in force, which is not the one to be told of.
        var decision = version.Trust?.InForce is { } one && one.Level == level ? one : null;
        try
        {
            var answer = await registry.SendAsync<Answer>(
                HttpMethod.Post, RegistryApi.PathOf(version.Slug) + "/trust/carried",
                new
                {
                    source,
                    level,
                    reason = string.IsNullOrWhiteSpace(decision?.Reason) ? $"It is '{level}' there." : decision.Reason,
                    decided_by = decision?.DecidedBy,
                    decided_at = decision?.At,
                    evidence = decision?.Evidence,
                    expires = decision?.ExpiresAt,
                },
                cancellationToken);
            return answer.Outcome != "own" ? null
                : $"its trust level '{level}' (it is 'internal' there, as that registry's own plugins are. If an earlier mirror brought it: berth trust set {version.Slug} {(level == "internal" ? "verified" : level)} --reason TEXT. "
                    + $"If it is that registry's own: berth trust set {version.Slug} internal --reason TEXT)";
        }
        catch (CommandFailedException problem) when (problem.Exit is not ExitCode.Unreachable)
        {
            return $"its trust level '{level}' ({problem.Message})";
        }
    }

    private async Task<string?> StopAsync(MirroredVersion version, CancellationToken cancellationToken)
    {
        try
        {
            await registry.SendAsync(
                HttpMethod.Post, "/api/v1/trust/quarantines",
                new { kind = "version", subject = $"{version.Slug}@{version.Version}", reason = $"It is quarantined at {source}, which it was mirrored from." }, cancellationToken);
            return null;
        }
        catch (CommandFailedException problem) when (problem.Exit is not ExitCode.Unreachable)
        {
            return $"its quarantine ({problem.Message})";
        }
    }

    private sealed record Answer(string? Level, string? Outcome);
}
