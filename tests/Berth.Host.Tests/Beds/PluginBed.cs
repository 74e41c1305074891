using System.Collections.Concurrent;
using Berth.Host.Caches;
using Berth.Host.Dispatch;
using Berth.Host.Events;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Tests.Beds;

/// <summary>A real server with the instance pool: <c>/p/{slug}/{version}/…</c>, the user named by a header.</summary>
internal sealed class PluginBed : IAsyncDisposable
{
    public const string UserId = "0123456789abcdef0123456789abcdef";

    private readonly WebApplication _app;

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

    public static async Task<PluginBed> StartAsync(HostOptions? options = null)
    {
        var source = new FixtureSource();
        var time = new MovableTime();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(options ?? new HostOptions()).AddSingleton<TimeProvider>(time).AddSingleton<IPluginVersionSource>(source);
        var events = new RecordedEvents();
        builder.Services.AddSingleton<IHostEvents>(events);
        builder.Services.AddBerthHost();
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
        (await Http.GetAsync(path)).Dispose();
        return Outcomes.Last();
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
                    await AnswerAsync(context, outcome);
                }

                break;
            case LeaseOutcome.Failed failed:
                context.Response.StatusCode = 503;
                await context.Response.WriteAsync(failed.Code);
                break;
            case LeaseOutcome.NotFound:
                context.Response.StatusCode = 404;
                break;
        }
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
