using Berth.Host;
using Berth.Host.States;
using Berth.Lifecycle.Cleanup;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Nodes;
using Berth.Server.Files;

namespace Berth.Server.Apis;

/// <summary>What the host is doing, for administrators.</summary>
internal static class SystemApi
{
    public static void MapSystem(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in InstallationsApi.Prefixes)
        {
            var group = routes.MapGroup(prefix + "/system").WithTags("System").WithBerthPolicies().NeedAdministrator();
            group.MapGet("/stats", StatsAsync).WithSummary("Figures about users, instances, storage, memory and operations");
            group.MapGet("/instances", Instances).WithSummary("Loaded plugin versions");
            group.MapPost("/instances/{slug}/{version}/unload", UnloadAsync).WithSummary("Drain and unload an instance; the next call loads it again");
        }
    }

    private static async Task<IResult> StatsAsync(HttpContext context, ILifecycleStatistics statistics, IInstancePool pool, FileCache files, ICleanup cleanup, INodes nodes)
    {
        var figures = await statistics.ReadAsync(context.RequestAborted);
        var instances = pool.Statistics;
        var caches = figures.Caches.ToDictionary(cache => cache.Key, cache => Cache(cache.Value.Hits, cache.Value.Misses));
        caches["files"] = Cache(files.Figures.Hits, files.Figures.Misses);
        return Results.Json(new
        {
            figures.Users,
            figures.Installations,
            figures.PluginsInstalled,
            figures.VersionsInStore,
            figures.UniqueVersionsInUse,
            managers = new { instances.Active, created_total = instances.Created, retired_total = instances.Retired, instances.Leaked },
            storage = new
            {
                figures.SharedBytes,
                figures.UserMetadataBytes,
                figures.UnsharedEquivalentBytes,
                saved_percent = figures.UnsharedEquivalentBytes == 0 ? 0
                    : Math.Round(100.0 * (1 - ((double)(figures.SharedBytes + figures.UserMetadataBytes) / figures.UnsharedEquivalentBytes)), 2),
            },
            memory = new
            {
                process_bytes = Environment.WorkingSet,
                managed_bytes = GC.GetTotalMemory(forceFullCollection: false),
                per_instance = pool.Snapshot().Select(UsageOf),
            },
            versions = figures.Versions,
            operations = figures.Operations.ToDictionary(kind => kind.Key, kind => new
            {
                kind.Value.Succeeded,
                kind.Value.Failed,
                p50_ms = kind.Value.P50,
                p95_ms = kind.Value.P95,
            }),
            caches,
            cleanup = new { cleanup.LastRun, cleanup.LastResult },
            nodes = (await nodes.ListAsync(context.RequestAborted)).Select(node => new { node.Name, node.Version, node.StartedAt, node.LastSeen, alive = node.IsAlive }),
        }, BerthJson.Options);
    }

    private static IResult Instances(IInstancePool pool) =>
        Results.Json(new { instances = pool.Snapshot().Select(Shown) }, BerthJson.Options);

    private static async Task<IResult> UnloadAsync(HttpContext context, IInstancePool pool)
    {
        var id = new PluginVersionId(RouteValues.Slug(context), RouteValues.Version(context));
        return await pool.UnloadAsync(id, context.RequestAborted) switch
        {
            UnloadOutcome.Unloaded => Results.Json(new { status = "success", state = "unloaded" }, BerthJson.Options),
            UnloadOutcome.Leaked leaked => Results.Json(new { status = "success", state = "leaked", leaked.Roots }, BerthJson.Options),
            _ => throw new Problems.ApiProblemException(StatusCodes.Status404NotFound, "instance.unknown", $"{id} is not loaded."),
        };
    }

    private static object Shown(InstanceSnapshot instance) => new
    {
        slug = instance.Id.Slug,
        version = instance.Id.Version,
        state = instance.State.ToString().ToLowerInvariant(),
        instance.Isolation,
        instance.Leases,
        instance.LoadedAt,
        instance.LastUsedAt,
        instance.Calls,
        instance.Failures,
        instance.LastFailure,
        leak_roots = instance.LeakRoots,
        leaks = instance.Leaks,
        instance.Resources,
        held_calls = instance.Usage?.HeldCalls,
        last_held_call = instance.Usage?.LastHeldCall,
        next_isolation = instance.Usage?.NextIsolation,
        threads = instance.Usage?.Threads.Select(thread => new { thread.Name, thread.Id, held_ms = Math.Round(thread.For.TotalMilliseconds) }),
    };

    private static object UsageOf(InstanceSnapshot instance) => new
    {
        slug = instance.Id.Slug,
        version = instance.Id.Version,
        instance.Leases,
        instance.Calls,
        allocated_bytes = instance.Usage?.AllocatedBytes,
        busy_ms = instance.Usage is { } usage ? Math.Round(usage.Busy.TotalMilliseconds, 1) : (double?)null,
        threads = instance.Usage?.Threads.Count,
    };

    private static object Cache(long hits, long misses) =>
        new { hits, misses, ratio = hits + misses == 0 ? 0 : Math.Round((double)hits / (hits + misses), 4) };
}
