using System.Text.Json;
using Berth.Lifecycle.Operations.Log;

namespace Berth.Server.Apis;

/// <summary>Operations of the journal as the API shows them.</summary>
internal static class OperationShapes
{
    public static object Entry(OperationEntry entry, IEnumerable<OperationEntry>? children = null) => new
    {
        entry.Id,
        entry.Kind,
        entry.UserId,
        plugin_slug = entry.PluginSlug,
        entry.State,
        entry.Step,
        steps = Steps(entry),
        result = Json(entry.Result),
        error = Error(entry),
        progress = Json(entry.Progress),
        entry.ParentId,
        children = children?.Select(child => new { child.Id, child.Kind, plugin_slug = child.PluginSlug, child.State, child.Step, error = Error(child) }),
        entry.Node,
        created_at = DateTimeOffset.FromUnixTimeMilliseconds(entry.CreatedAt),
        updated_at = DateTimeOffset.FromUnixTimeMilliseconds(entry.UpdatedAt),
    };

    public static IReadOnlyList<object> Steps(OperationEntry entry) =>
    [
        .. JsonSerializer.Deserialize<JsonElement>(entry.Steps).EnumerateArray().Select(step => new
        {
            name = step.GetProperty("name").GetString(),
            at = DateTimeOffset.FromUnixTimeMilliseconds(step.GetProperty("at").GetInt64()),
        }),
    ];

    public static object? Error(OperationEntry entry) =>
        entry.Failure is { } failure ? new { failure.Code, failure.Message, status = StatusOf(failure.Code) } : null;

    public static JsonElement? Json(string? json) => json is null ? null : JsonSerializer.Deserialize<JsonElement>(json);

    /// <summary>The status that a request which waits would have been answered with; the journal keeps the code alone.</summary>
    internal static int StatusOf(string code) => code switch
    {
        "store.full" or "database.full" => StatusCodes.Status507InsufficientStorage,
        "operation.failed" or "operation.cancelled" => StatusCodes.Status500InternalServerError,
        "operation.lease_lost" or "operation.interrupted" or "registry.unavailable" or "store.read_only" or "store.failed" => StatusCodes.Status503ServiceUnavailable,
        "operation.conflict" or "operation.in_progress" or "store.digest_conflict" or "plugin.already_installed" => StatusCodes.Status409Conflict,
        "plugin.not_installed" or "plugin.unknown" or "version.unknown" => StatusCodes.Status404NotFound,
        _ when code.StartsWith("database.", StringComparison.Ordinal) => StatusCodes.Status503ServiceUnavailable,
        _ when code.StartsWith("plugin.", StringComparison.Ordinal) => StatusCodes.Status502BadGateway,
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}
