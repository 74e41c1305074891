using System.Collections.Concurrent;
using Berth.Host.Caches;
using Berth.Host.Dispatch;
using Berth.Host.Events;
using Berth.Host.Isolation;
using Berth.Host.Isolation.Worker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Tests.Beds;

/// <summary>A real server with the instance pool: <c>/p/{slug}/{version}/…</c>, the user named by a header.</summary>
internal sealed class PluginBed : IAsyncDisposable
{
    public const string UserId = "0123456789abcdef0123456789abcdef";

    private const string CallHeader = "Berth-Test-Call";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<DispatchOutcome>> _awaited = new();

    private PluginBed(WebApplication app, FixtureSource source, MovableTime time, RecordedEvents events)
    {
        Events = events;
        _app = app;
        Source = source;
        Time = time;
        Pool = app.Services.GetRequiredService<IInstancePool>();
        Caches = app.Services.GetRequiredService<IHostCaches>();
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Http.DefaultRequestHeaders.Add("Berth-Test-User", UserId);
    }

    public IInstancePool Pool { get; }

    public IHostCaches Caches { get; }

    public FixtureSource Source { get; }

    public MovableTime Time { get; }

    public T Part<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public RecordedEvents Events { get; }

    public IServiceProvider Services => _app.Services;

    public HttpClient Http { get; }

    public ConcurrentDictionary<string, TestUser> Users { get; } = new();

    public ConcurrentQueue<DispatchOutcome> Outcomes { get; } = new();

    public TestUser User => Users.GetOrAdd(UserId, id => new TestUser(id));

    /// <summary>A bed whose plugins all run in workers.</summary>
    public static Task<PluginBed> StartWithWorkersAsync(HostOptions? options = null, BareLevel? level = null) => StartAsync(
        (options ?? new HostOptions()) with
        {
            InProcessTrustLevels = new HashSet<string>(),
            WorkerLevels = new Dictionary<string, string> { ["verified"] = "process", ["community"] = "process", ["untrusted"] = "process" },
        },
        level ?? new BareLevel());

    /// <summary>The golden plugins misbehave and are verified; only a test of the declarations themselves has them checked.</summary>
    public static async Task<PluginBed> StartAsync(HostOptions? options = null, IWorkerLevel? level = null, bool hasAllLevels = false, IPlacementRules? rules = null, bool areDeclarationsChecked = false, ITrustCeilings? ceilings = null, ILeakMarks? leaks = null)
    {
        // Everything that is true of a plugin in process is to be true of one in a worker: set it, and run these tests again.
        if (level is null && !hasAllLevels && Environment.GetEnvironmentVariable("BERTH_TEST_WORKERS") == "1")
            return await StartWithWorkersAsync(options);
        var source = new FixtureSource();
        if (!areDeclarationsChecked)
            source.Change = files => files with { UndeclaredUse = [] };
        var time = new MovableTime();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var patient = WithPatience(options ?? new HostOptions()) with { VersionsDirectory = FixtureSource.Root };
        builder.Services.AddSingleton(areDeclarationsChecked
            ? patient
            : patient with { UndeclaredUseTrustLevels = new HashSet<string> { "internal", "verified", "community", "untrusted" } }).AddSingleton<TimeProvider>(time).AddSingleton<IPluginVersionSource>(source);
        var events = new RecordedEvents();
        builder.Services.AddSingleton<IHostEvents>(events);
        builder.Services.AddBerthHost();
        // A host that offers level none alone, and what a test brings.
        if (rules is not null)
            builder.Services.AddSingleton(rules);
        if (leaks is not null)
            builder.Services.AddSingleton(leaks);
        if (ceilings is not null)
            builder.Services.AddSingleton(ceilings);
        if (!hasAllLevels)
            builder.Services.RemoveAll<IWorkerLevel>();
        if (level is not null)
            builder.Services.AddSingleton(level);
        var app = builder.Build();
        events.Bus = app.Services.GetRequiredService<EventBus>();
        PluginBed? bed = null;
        app.Map("/p/{slug}/{version}/{**path}", (HttpContext context, string slug, string version, string? path) => bed!.CallAsync(context, new PluginVersionId(slug, version), path));
        await app.StartAsync();
        return bed = new PluginBed(app, source, time, events);
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public async Task<IInstanceLease> LeaseAsync(string slug, string version = "1.0.0") =>
        (await Pool.LeaseAsync(new PluginVersionId(slug, version))).ShouldBeOfType<LeaseOutcome.Leased>().Lease;

    public async Task<LeaseOutcome.Failed> FailAsync(string slug, string version = "1.0.0") =>
        (await Pool.LeaseAsync(new PluginVersionId(slug, version))).ShouldBeOfType<LeaseOutcome.Failed>();

    public async Task<DispatchOutcome> OutcomeAsync(string path)
    {
        // The answer may be here before the call behind it has ended.
        var (call, outcome) = (Guid.NewGuid().ToString("N"), new TaskCompletionSource<DispatchOutcome>(TaskCreationOptions.RunContinuationsAsynchronously));
        _awaited[call] = outcome;
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { CallHeader, call } } };
        (await Http.SendAsync(request)).Dispose();
        return await outcome.Task.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task CallAsync(HttpContext context, PluginVersionId id, string? path)
    {
        switch (await Pool.LeaseAsync(id, context.RequestAborted))
        {
            case LeaseOutcome.Leased { Lease: var lease }:
                using (lease)
                {
                    var user = Users.GetOrAdd(context.Request.Headers["Berth-Test-User"].ToString(), name => new TestUser(name));
                    var outcome = await lease.DispatchAsync(context, user, "/p/" + id.Slug, "/" + path);
                    Outcomes.Enqueue(outcome);
                    if (_awaited.TryRemove(context.Request.Headers[CallHeader].ToString(), out var awaited))
                        awaited.SetResult(outcome);
                    await AnswerAsync(context, outcome);
                }

                break;
            case LeaseOutcome.Failed failed:
                context.Response.StatusCode = 503;
                context.Response.Headers["Berth-Test-Reason"] = Uri.EscapeDataString(failed.Reason);
                Unheld($"{failed.Code}: {failed.Reason}");
                await context.Response.WriteAsync(failed.Code);
                break;
            case LeaseOutcome.NotFound:
                Unheld("there is no such version");
                context.Response.StatusCode = 404;
                break;
        }

        // Who waits for an outcome that will not come hears why.
        void Unheld(string reason)
        {
            if (_awaited.TryRemove(context.Request.Headers[CallHeader].ToString(), out var awaited))
                awaited.SetException(new InvalidOperationException($"No instance to call: {reason}"));
        }
    }

    // A limit that a test does not set is not what it tests: a loaded machine takes its time.
    private static HostOptions WithPatience(HostOptions options)
    {
        var usual = new HostOptions();
        return options with
        {
            StartBudget = Longer(options.StartBudget, usual.StartBudget),
            RequestTimeLimit = Longer(options.RequestTimeLimit, usual.RequestTimeLimit),
            GuardTimeLimit = Longer(options.GuardTimeLimit, usual.GuardTimeLimit),
            HookTimeLimit = Longer(options.HookTimeLimit, usual.HookTimeLimit),
            HealthCheckTimeLimit = Longer(options.HealthCheckTimeLimit, usual.HealthCheckTimeLimit),
            LifecycleTimeLimit = Longer(options.LifecycleTimeLimit, usual.LifecycleTimeLimit),
            EventTimeLimit = Longer(options.EventTimeLimit, usual.EventTimeLimit),
        };

        static TimeSpan Longer(TimeSpan limit, TimeSpan usual) => limit == usual ? Patience : limit;
    }

    private static Task AnswerAsync(HttpContext context, DispatchOutcome outcome)
    {
        if (outcome is DispatchOutcome.Completed)
            return Task.CompletedTask;
        context.Response.HasStarted.ShouldBeFalse();
        var (status, text) = outcome switch
        {
            DispatchOutcome.NoEndpoint none => (none.MethodNotAllowed ? 405 : 404, ""),
            DispatchOutcome.Denied denied => (403, $"{denied.Code}: {denied.Reason}"),
            DispatchOutcome.ServiceWithdrawn withdrawn => (503, withdrawn.Reason),
            DispatchOutcome.Stopped stopped => (503, $"{stopped.Code}: {stopped.Reason}"),
            DispatchOutcome.Crashed crashed => (502, crashed.Reason),
            DispatchOutcome.TimedOut timedOut => (504, timedOut.Limit.ToString()),
            DispatchOutcome.BreakerOpen open => (503, open.RetryAfter.ToString()),
            DispatchOutcome.BadRequest bad => (bad.Status, bad.Reason),
            _ => (500, outcome.ToString()),
        };
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(text);
    }
}
