using Berth.Host;
using Berth.Host.Caches;
using Berth.Host.Events;
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
            group.MapGet("/services", Services).WithSummary("Services between plugins: who offers, who uses, who was refused");
        }
    }

    private static async Task<IResult> StatsAsync(HttpContext context, ILifecycleStatistics statistics, IInstancePool pool, FileCache files, IHostCaches hostCaches, ICleanup cleanup, INodes nodes, IEventBus bus)
    {
        var figures = await statistics.ReadAsync(context.RequestAborted);
        var instances = pool.Statistics;
        var caches = figures.Caches.ToDictionary(cache => cache.Key, cache => Cache(cache.Value.Hits, cache.Value.Misses));
        caches["files"] = Cache(files.Figures.Hits, files.Figures.Misses);
        foreach (var cache in hostCaches.Figures)
            caches[cache.Name] = Cache(cache.Hits, cache.Misses);
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
            events = Events(bus.Statistics),
        }, BerthJson.Options);
    }

    private static IResult Services(IServiceDirectory services)
    {
        var now = services.Snapshot();
        return Results.Json(new
        {
            offers = now.Offers.Select(offer => new { offer.Token, provider = Id(offer.Provider) }),
            bindings = now.Uses.Select(use => new { use.Token, consumer = Id(use.Consumer), provider = Id(use.Provider), use.Calls, use.Failures }),
            refusals = now.Refusals.Select(refusal => new { refusal.Token, consumer = Id(refusal.Consumer), refusal.Code, refusal.Count, refusal.Reason }),
        }, BerthJson.Options);
    }

    private static object Id(PluginVersionId id) => new { id.Slug, id.Version };

    private static object Events(EventBusStatistics statistics) => new
    {
        statistics.Raised,
        readers = statistics.Readers.Select(reader => new { reader.Name, reader.Depth, reader.Capacity, reader.Delivered, reader.Dropped }),
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
        worker_memory_bytes = instance.Worker?.MemoryBytes,
        worker_cpu_ms = instance.Usage is { WorkerTime: var time } && time > TimeSpan.Zero ? Math.Round(time.TotalMilliseconds, 1) : (double?)null,
    };

    private static object Cache(long hits, long misses) =>
        new { hits, misses, ratio = hits + misses == 0 ? 0 : Math.Round((double)hits / (hits + misses), 4) };
}
