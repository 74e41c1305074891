using Berth.Data.Sessions;
using Berth.Lifecycle.Store;

namespace Berth.Server.Tests.Idempotency;

/// <summary>What a repetition meets when the first attempt left no answer.</summary>
public sealed class LostAnswersTests
{
    private const string Install = "/api/v1/plugins/Clock/install";

    [Fact]
    public async Task While_the_first_one_runs_a_second_one_is_told_to_wait()
    {
        using var sending = new SemaphoreSlim(0);
        using var mayGo = new SemaphoreSlim(0);
        await using var server = await TestServer.StartAsync(configure: builder => SlowSource.Put(builder.Services, sending, mayGo));
        await server.PublishAsync(TestPackages.FrontEnd());
        var ana = await server.CreateUserAsync();

        var first = IdempotencyKeyTests.SendAsync(ana.Client, Install, "k", new { });
        (await sending.WaitAsync(TimeSpan.FromMinutes(2))).ShouldBeTrue();
        using (var second = await IdempotencyKeyTests.SendAsync(ana.Client, Install, "k", new { }))
        {
            await second.ShouldBeProblemAsync(HttpStatusCode.Conflict, "idempotency.in_progress");
            second.Headers.RetryAfter.ShouldNotBeNull();
        }

        mayGo.Release();
        (await first).StatusCode.ShouldBe(HttpStatusCode.Created);
        using var third = await IdempotencyKeyTests.SendAsync(ana.Client, Install, "k", new { });
        third.StatusCode.ShouldBe(HttpStatusCode.Created);
        third.Headers.Contains("Idempotency-Replayed").ShouldBeTrue();
    }

    [Fact]
    public async Task R66_after_a_kill_between_the_commit_and_the_answer_the_repetition_answers_success()
    {
        await using var server = await TestServer.StartAsync();
        await server.PublishAsync(TestPackages.FrontEnd());
        var ana = await server.CreateUserAsync();
        string answer;
        using (var first = await IdempotencyKeyTests.SendAsync(ana.Client, Install, "k", new { }))
            answer = await first.Content.ReadAsStringAsync();
        // The row as a killed process leaves it: claimed by an attempt of this node, no answer.
        await ExecuteAsync(server, "UPDATE idempotency SET status = NULL, content_type = NULL, body = NULL, attempt = @attempt, lease_until = @until",
            new { attempt = $"{Environment.MachineName}/dead", until = long.MaxValue });
        await server.RestartAsync();

        using var client = server.Host(ana.Token);
        using var again = await IdempotencyKeyTests.SendAsync(client, Install, "k", new { });

        again.StatusCode.ShouldBe(HttpStatusCode.Created, await again.Content.ReadAsStringAsync());
        again.Headers.Contains("Idempotency-Replayed").ShouldBeFalse();
        (await again.Content.ReadAsStringAsync()).ShouldBe(answer);
        (await server.CountAsync("operation WHERE user_id = @Id", new { ana.Id })).ShouldBe(1);
        using var third = await IdempotencyKeyTests.SendAsync(client, Install, "k", new { });
        third.Headers.Contains("Idempotency-Replayed").ShouldBeTrue();
    }

    [Fact]
    public async Task What_another_node_runs_is_left_alone_until_its_lease_is_over()
    {
        await using var server = await TestServer.StartAsync();
        await server.PublishAsync(TestPackages.FrontEnd());
        var ana = await server.CreateUserAsync();
        (await IdempotencyKeyTests.SendAsync(ana.Client, Install, "k", new { })).Dispose();
        await ExecuteAsync(server, "UPDATE idempotency SET status = NULL, attempt = 'elsewhere/1', lease_until = @until", new { until = long.MaxValue });

        using (var during = await IdempotencyKeyTests.SendAsync(ana.Client, Install, "k", new { }))
            await during.ShouldBeProblemAsync(HttpStatusCode.Conflict, "idempotency.in_progress");
        await ExecuteAsync(server, "UPDATE idempotency SET lease_until = @until", new { until = 0L });
        using var after = await IdempotencyKeyTests.SendAsync(ana.Client, Install, "k", new { });

        after.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_failure_that_passes_is_no_answer_for_good()
    {
        var source = new SwitchedSource();
        await using var server = await TestServer.StartAsync(configure: builder => source.Put(builder.Services));
        await server.PublishAsync(TestPackages.FrontEnd());
        var ana = await server.CreateUserAsync();
        source.IsAway = true;
        using (var away = await IdempotencyKeyTests.SendAsync(ana.Client, Install, "k", new { }))
            await away.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "registry.unavailable");

        source.IsAway = false;
        using var again = await IdempotencyKeyTests.SendAsync(ana.Client, Install, "k", new { });

        again.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task After_a_day_a_key_is_new_again()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
        await server.PublishAsync(TestPackages.FrontEnd());
        var ana = await server.CreateUserAsync();
        (await IdempotencyKeyTests.SendAsync(ana.Client, Install, "k", new { })).Dispose();
        (await ana.Client.DeleteAsync("/api/v1/plugins/Clock")).Dispose();

        time.Advance(TimeSpan.FromHours(23));
        using (var before = await IdempotencyKeyTests.SendAsync(ana.Client, Install, "k", new { }))
            before.Headers.Contains("Idempotency-Replayed").ShouldBeTrue();
        time.Advance(TimeSpan.FromHours(2));
        using var after = await IdempotencyKeyTests.SendAsync(ana.Client, Install, "k", new { });

        after.StatusCode.ShouldBe(HttpStatusCode.Created);
        after.Headers.Contains("Idempotency-Replayed").ShouldBeFalse();
        (await server.CountAsync("plugin WHERE user_id = @Id", new { ana.Id })).ShouldBe(1);
    }

    private static Task ExecuteAsync(TestServer server, string sql, object? parameters) =>
        server.Server.Services.GetRequiredService<IDatabase>().WriteAsync(session => session.ExecuteAsync(sql, parameters));

    /// <summary>Packages whose bytes come when the test says so.</summary>
    private sealed class SlowSource(IPackageSource inner, SemaphoreSlim sending, SemaphoreSlim mayGo) : IPackageSource
    {
        public static void Put(IServiceCollection services, SemaphoreSlim sending, SemaphoreSlim mayGo) =>
            Decorate(services, inner => new SlowSource(inner, sending, mayGo));

        public ValueTask<IReadOnlyList<AvailableVersion>> VersionsAsync(string slug, CancellationToken cancellationToken = default) => inner.VersionsAsync(slug, cancellationToken);

        public Task<AvailablePage> SearchAsync(AvailableQuery query, CancellationToken cancellationToken = default) => inner.SearchAsync(query, cancellationToken);

        public async Task<Stream> OpenAsync(AvailableVersion version, CancellationToken cancellationToken = default)
        {
            sending.Release();
            await mayGo.WaitAsync(cancellationToken);
            return await inner.OpenAsync(version, cancellationToken);
        }
    }

    /// <summary>A registry that can be away.</summary>
    private sealed class SwitchedSource : IPackageSource
    {
        private IPackageSource _inner = null!;

        public bool IsAway { get; set; }

        public void Put(IServiceCollection services) => Decorate(services, inner =>
        {
            _inner = inner;
            return this;
        });

        public ValueTask<IReadOnlyList<AvailableVersion>> VersionsAsync(string slug, CancellationToken cancellationToken = default) => Inner.VersionsAsync(slug, cancellationToken);

        public Task<AvailablePage> SearchAsync(AvailableQuery query, CancellationToken cancellationToken = default) => Inner.SearchAsync(query, cancellationToken);

        public Task<Stream> OpenAsync(AvailableVersion version, CancellationToken cancellationToken = default) => Inner.OpenAsync(version, cancellationToken);

        private IPackageSource Inner => IsAway ? throw new PackageSourceUnavailableException("The registry is away.") : _inner;
    }

    private static void Decorate(IServiceCollection services, Func<IPackageSource, IPackageSource> decorate)
    {
        // The registry beside the host has no such part.
        if (services.LastOrDefault(service => service.ServiceType == typeof(IPackageSource)) is not { } known)
            return;
        services.AddSingleton(provider => decorate((IPackageSource)ActivatorUtilities.CreateInstance(provider, known.ImplementationType!)));
    }
}
