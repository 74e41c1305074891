using System.Text.Json;

namespace Berth.Cli.Http;

/// <summary>A step of an operation.</summary>
internal sealed record OperationStep(string Name, DateTimeOffset At);

/// <summary>Why an operation failed.</summary>
internal sealed record OperationError(string Code, string Message, int? Status);

/// <summary>An operation as the journal has it.</summary>
internal sealed record OperationRow(
    string Id, string Kind, string UserId, string PluginSlug, string State, string Step, IReadOnlyList<OperationStep>? Steps,
    JsonElement? Result, OperationError? Error, JsonElement? Progress, string? ParentId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>A page of operations.</summary>
internal sealed record OperationPage(IReadOnlyList<OperationRow> Operations, string? NextCursor);

/// <summary>An entry of the audit.</summary>
internal sealed record AuditRow(
    long Id, DateTimeOffset At, string ActorId, string UserId, string Action, string Subject, string Outcome, JsonElement? Detail, string? RequestId);

/// <summary>A page of the audit.</summary>
internal sealed record AuditPage(IReadOnlyList<AuditRow> Entries, string? NextCursor);

/// <summary>A page of events.</summary>
internal sealed record EventPage(IReadOnlyList<JsonElement> Events, string? NextCursor);

/// <summary>What the deletion of a user did.</summary>
internal sealed record DeletedUser(
    string UserId, IReadOnlyList<string>? Uninstalled, IReadOnlyList<string>? HandedOver, IReadOnlyList<string>? Kept, IReadOnlyList<string>? Notes);

/// <summary>The resource <c>/api/v1/plugins/operations</c>, the audit and figures.</summary>
internal static class OperationsApi
{
    /// <summary>Where operations are.</summary>
    public const string Path = "/api/v1/plugins/operations";

    /// <summary>Operations, newest first.</summary>
    public static async Task<IReadOnlyList<OperationRow>> OperationsAsync(this ApiConnection host, string query, CancellationToken cancellationToken) =>
        (await host.GetAsync<OperationPage>($"{Path}?{query}", cancellationToken)).Operations;

    /// <summary>One of them.</summary>
    public static Task<OperationRow> OperationAsync(this ApiConnection host, string id, CancellationToken cancellationToken) =>
        host.GetAsync<OperationRow>($"{Path}/{Uri.EscapeDataString(id)}", cancellationToken);

    /// <summary>The audit, newest first.</summary>
    public static async Task<IReadOnlyList<AuditRow>> AuditAsync(this ApiConnection host, string query, CancellationToken cancellationToken) =>
        (await host.GetAsync<AuditPage>($"/api/v1/audit?{query}", cancellationToken)).Entries;

    /// <summary>The newest events, newest first.</summary>
    public static async Task<IReadOnlyList<JsonElement>> EventsAsync(this ApiConnection host, string query, CancellationToken cancellationToken) =>
        (await host.GetAsync<EventPage>($"/api/v1/events?{query}", cancellationToken)).Events;

    /// <summary>Figures of the system.</summary>
    public static Task<JsonElement> StatsAsync(this ApiConnection host, CancellationToken cancellationToken) =>
        host.GetAsync<JsonElement>("/api/v1/plugins/system/stats", cancellationToken);

    /// <summary>Deletes a user, handing over to another one when there is one.</summary>
    public static async Task<DeletedUser> DeleteUserAsync(this ApiConnection host, string id, string? heir, bool isDryRun, CancellationToken cancellationToken) =>
        (await host.SendAsync<Framed<DeletedUser>>(
            HttpMethod.Delete, $"/api/v1/admin/users/{id}?data={(heir is null ? "delete" : "handover&to=" + heir)}&dry_run={(isDryRun ? "true" : "false")}", null, cancellationToken)).Data;
}
