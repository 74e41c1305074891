using System.Text.Json;

namespace Berth.Server.Auth.Integration;

/// <summary>What identity tokens of GitHub Actions and GitLab CI call repository and workflow.</summary>
internal static class IdentityClaims
{
    private const string GitHubWorkflows = "/.github/workflows/";

    // Those that tell where a version comes from; names of people are left out.
    private static readonly string[] Kept =
    [
        "iss", "repository", "repository_id", "project_path", "project_id", "workflow_ref", "job_workflow_ref", "ci_config_ref_uri", "environment",
        "ref", "ref_type", "sha", "run_id", "run_attempt", "pipeline_id", "job_id", "event_name", "pipeline_source",
    ];

    /// <summary>Repository and the workflow's file, or <see langword="null"/> when the token does not name both.</summary>
    public static (string Repository, string Workflow)? Origin(JsonElement claims)
    {
        if (Text(claims, "repository") is { } repository)
        {
            // The workflow that was started, not one that it calls; it must be the repository's own.
            var start = repository + GitHubWorkflows;
            return (Text(claims, "workflow_ref") ?? Text(claims, "job_workflow_ref")) is { } reference && reference.StartsWith(start, StringComparison.Ordinal)
                && FileOf(reference[start.Length..]) is { } file ? (repository, file) : null;
        }

        if (Text(claims, "project_path") is not { } project || Text(claims, "ci_config_ref_uri") is not { } configuration)
            return null;
        // gitlab.example/group/project//.gitlab-ci.yml@refs/heads/main
        var border = configuration.IndexOf("//", StringComparison.Ordinal);
        return border > 0 && configuration[..border].EndsWith("/" + project, StringComparison.Ordinal) && FileOf(configuration[(border + 2)..]) is { } path
            ? (project, path) : null;
    }

    /// <summary>The claims that are kept with what is published.</summary>
    public static string Provenance(JsonElement claims) => JsonSerializer.Serialize(
        Kept.Select(name => (name, Value: Text(claims, name))).Where(claim => claim.Value is not null).ToDictionary(claim => claim.name, claim => claim.Value));

    /// <summary>A text, or a number as one.</summary>
    public static string? Text(JsonElement claims, string name) =>
        !claims.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= 1024 } text && !text.Contains('\0', StringComparison.Ordinal) ? text
        : value.ValueKind == JsonValueKind.Number ? value.GetRawText()
        : null;

    private static string? FileOf(string reference) =>
        reference.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && !reference[..at].Contains("..", StringComparison.Ordinal) ? reference[..at] : null;
}
