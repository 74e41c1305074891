using Berth.Host;
using Berth.Host.Isolation;
using Berth.Host.Observability;
using Berth.Host.States;
using Berth.Lifecycle.DesiredStates;
using Berth.Lifecycle.Isolation.Leaks;
using Berth.Lifecycle.Store;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>The instances of this node and what administrators want of them.</summary>
internal static class InstancesApi
{
    private const int MaxReason = 500;

    public static void MapInstances(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in InstallationsApi.Prefixes)
        {
            var group = routes.MapGroup(prefix + "/system").WithTags("System").WithBerthPolicies().NeedAdministrator();
            group.MapGet("/instances", ListAsync).WithSummary("Plugin versions of this node: state, leases, failures, and what is wanted of them");
            group.MapPost("/instances/{slug}/{version}/reload", ReloadAsync).WithSummary("Bring up a new instance, switch to it, drain the old one; no call fails");
            group.MapPost("/instances/{slug}/{version}/unload", UnloadAsync).WithSummary("Drain and unload an instance; the next call loads it again");
            group.MapPost("/instances/{slug}/{version}/quarantine", QuarantineAsync).WithSummary("Stop a version and keep it from running on every node until it is released");
            group.MapPost("/instances/{slug}/{version}/release", ReleaseAsync).WithSummary("Let a version run again that was quarantined, failed or leaked, or close its circuit breaker");
            group.MapPut("/instances/{slug}/{version}/wanted", WantAsync).WithSummary("Load a version at every start");
            group.MapDelete("/instances/{slug}/{version}/wanted", UnwantAsync).WithSummary("Load a version no longer at every start");
            group.MapGet("/safe-mode", SafeMode).WithSummary("Whether this node runs without plugins");
            group.MapPut("/safe-mode", SetSafeModeAsync).WithSummary("Run this node without plugins, or with them again");
        }
    }

    private static async Task<IResult> ListAsync(HttpContext context, IInstancePool pool, IHostFigures figures, IDesiredStates desired, IIsolationLevels levels)
    {
        var wanted = (await desired.ListAsync(context.RequestAborted)).ToLookup(state => new PluginVersionId(state.Slug, state.Version));
        var known = pool.Snapshot();
        var others = wanted.Select(state => state.Key).Except(known.Select(instance => instance.Id));
        return Results.Json(
            new
            {
                safe_mode = pool.IsSafeMode,
                instances = known.Select(instance => InstanceShapes.Of(instance, figures.Calls(instance.Id), [.. wanted[instance.Id]], levels))
                    .Concat(others.Select(id => InstanceShapes.NotLoaded(id, [.. wanted[id]]))),
            },
            BerthJson.Options);
    }

    private static async Task<IResult> ReloadAsync(HttpContext context, IInstancePool pool)
    {
        var id = Id(context);
        if (QueryValues.Flag(context.Request, "dry_run"))
            return Plan(pool, id, "reload");
        return await pool.ReloadAsync(id, context.RequestAborted) switch
        {
            ReloadOutcome.Reloaded reloaded => Results.Json(new { status = "success", state = "loaded", reloaded.Replaced, milliseconds = Math.Round(reloaded.Elapsed.TotalMilliseconds, 1) }, BerthJson.Options),
            ReloadOutcome.NotFound missing => throw new ApiProblemException(StatusCodes.Status404NotFound, "plugin.not_found", missing.Reason),
            ReloadOutcome.Failed failed => throw new ApiProblemException(
                StatusCodes.Status409Conflict, failed.Code, failed.IsOldKept ? $"{failed.Reason} The instance before goes on." : failed.Reason),
            var other => throw new InvalidOperationException($"Unknown outcome {other.GetType().Name}."),
        };
    }

    private static async Task<IResult> UnloadAsync(HttpContext context, IInstancePool pool)
    {
        var id = Id(context);
        if (QueryValues.Flag(context.Request, "dry_run"))
            return Plan(pool, id, "unload");
        return await pool.UnloadAsync(id, context.RequestAborted) switch
        {
            UnloadOutcome.Unloaded => Results.Json(new { status = "success", state = "unloaded" }, BerthJson.Options),
            UnloadOutcome.Leaked leaked => Results.Json(new { status = "success", state = "leaked", leaked.Roots }, BerthJson.Options),
            _ => throw new ApiProblemException(StatusCodes.Status404NotFound, "instance.unknown", $"{id} is not loaded."),
        };
    }

    private static async Task<IResult> QuarantineAsync(HttpContext context, IInstancePool pool, IDesiredStates desired)
    {
        var id = Id(context);
        var reason = Reason(await RequestBody.ReadOptionalAsync<ReasonBody>(context), isNeeded: true);
        if (QueryValues.Flag(context.Request, "dry_run"))
            return Plan(pool, id, "quarantine");
        await desired.QuarantineAsync(context.Caller().ForOperations(context), id, reason, context.RequestAborted);
        return Results.Json(new { status = "success", state = "quarantined", reason }, BerthJson.Options);
    }

    private static async Task<IResult> ReleaseAsync(HttpContext context, IInstancePool pool, IDesiredStates desired, ILeakedVersions leaked)
    {
        var id = Id(context);
        if (QueryValues.Flag(context.Request, "dry_run"))
            return Plan(pool, id, "release");
        var wasQuarantined = await desired.EndQuarantineAsync(context.Caller().ForOperations(context), id, context.RequestAborted);
        var hadLeaked = await leaked.ReleaseAsync(context.Caller().ForOperations(context), id, context.RequestAborted);
        var wasMarked = pool.Release(id);
        return wasQuarantined || hadLeaked || wasMarked
            ? Results.Json(new { status = "success", state = InstanceShapes.Name(pool.Snapshot().FirstOrDefault(instance => instance.Id == id)?.State ?? InstanceState.Discovered) }, BerthJson.Options)
            : throw new ApiProblemException(StatusCodes.Status404NotFound, "instance.not_marked", $"{id} is neither quarantined nor marked as failed or leaked, and its circuit breaker is closed, so there is nothing to release.");
    }

    private static async Task<IResult> WantAsync(HttpContext context, IInstancePool pool, ISharedStore store, IDesiredStates desired)
    {
        var id = Id(context);
        if (await store.FindVersionAsync(id.Slug, id.Version, context.RequestAborted) is null)
            throw new ApiProblemException(StatusCodes.Status404NotFound, "plugin.not_found", $"{id} is not in the store of this host. Install it first: what nobody has is not loaded.");
        var reason = Reason(await RequestBody.ReadOptionalAsync<ReasonBody>(context), isNeeded: false);
        if (QueryValues.Flag(context.Request, "dry_run"))
            return Plan(pool, id, "want");
        var isNew = await desired.SetWantedAsync(context.Caller().ForOperations(context), id, isWanted: true, reason, context.RequestAborted);
        return Results.Json(new { status = "success", wanted = true, changed = isNew }, BerthJson.Options);
    }

    private static async Task<IResult> UnwantAsync(HttpContext context, IDesiredStates desired) =>
        await desired.SetWantedAsync(context.Caller().ForOperations(context), Id(context), isWanted: false, "", context.RequestAborted)
            ? Results.NoContent()
            : throw new ApiProblemException(StatusCodes.Status404NotFound, "instance.not_wanted", $"{Id(context)} is not among the versions that are loaded at every start.");

    private static IResult SafeMode(IInstancePool pool) => Results.Json(new { safe_mode = pool.IsSafeMode }, BerthJson.Options);

    private static async Task<IResult> SetSafeModeAsync(HttpContext context, IInstancePool pool)
    {
        var body = await RequestBody.ReadAsync<SafeModeBody>(context);
        if (body.SafeMode is not { } isOn)
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.invalid", "'safe_mode' is missing; write true or false.");
        if (!QueryValues.Flag(context.Request, "dry_run"))
            await pool.SetSafeModeAsync(isOn, Reason(new ReasonBody { Reason = body.Reason ?? "an administrator asked for it" }, isNeeded: true), context.RequestAborted);
        return Results.Json(new { status = "success", safe_mode = isOn }, BerthJson.Options);
    }

    private static IResult Plan(IInstancePool pool, PluginVersionId id, string action)
    {
        var now = pool.Snapshot().FirstOrDefault(instance => instance.Id == id);
        return Results.Json(
            new { status = "success", dry_run = true, action, id.Slug, id.Version, state = InstanceShapes.Name(now?.State ?? InstanceState.Discovered), leases = now?.Leases ?? 0 }, BerthJson.Options);
    }

    private static PluginVersionId Id(HttpContext context) => new(RouteValues.Slug(context), RouteValues.Version(context));

    private static string Reason(ReasonBody body, bool isNeeded) => body.Reason?.Trim() switch
    {
        { Length: > MaxReason } => throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.invalid", $"'reason' is longer than {MaxReason} characters."),
        null or "" when isNeeded => throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.invalid", "'reason' is missing: say in a sentence why, for whoever meets it."),
        var reason => reason ?? "",
    };

    private sealed record ReasonBody
    {
        public string? Reason { get; init; }
    }

    private sealed record SafeModeBody(bool? SafeMode, string? Reason);
}
