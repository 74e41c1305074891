namespace Berth.Cli.Http;

/// <summary>What beginning an operation for many users answers; an id when it runs.</summary>
internal sealed record StartedBulk(string? OperationId, long Total);

/// <summary>An operation for many users, as far as it is.</summary>
internal sealed record BulkOperation(string Id, string State, BulkProgress? Progress, BulkError? Error);

/// <summary>How far.</summary>
internal sealed record BulkProgress(long Total, long Done, long Succeeded, long Failed, IReadOnlyList<BulkUserFailure>? Failures);

/// <summary>Why it did not work for one user.</summary>
internal sealed record BulkUserFailure(string UserId, string Code, string Message);

/// <summary>Why it ended.</summary>
internal sealed record BulkError(string? Code, string? Message);

/// <summary>The resource <c>/api/v1/plugins/bulk</c> of a host.</summary>
internal static class BulkApi
{
    /// <summary>Begins, or with a dry run only counts.</summary>
    /// <param name="users">The ids, or <c>all</c>.</param>
    public static async Task<StartedBulk> StartBulkAsync(
        this ApiConnection host, string operation, string slug, string? version, object users, IReadOnlyList<string>? grant, bool isDryRun, CancellationToken cancellationToken) =>
        (await host.SendAsync<Framed<StartedBulk>>(
            HttpMethod.Post, "/api/v1/plugins/bulk" + (isDryRun ? "?dry_run=true" : ""), new { operation, slug, version, users, grant }, cancellationToken)).Data;

    /// <summary>How far it is.</summary>
    public static Task<BulkOperation> BulkOperationAsync(this ApiConnection host, string id, CancellationToken cancellationToken) =>
        host.GetAsync<BulkOperation>($"/api/v1/plugins/operations/{Uri.EscapeDataString(id)}", cancellationToken);
}
