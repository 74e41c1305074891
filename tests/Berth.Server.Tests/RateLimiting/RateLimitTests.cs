using System.Globalization;
using System.Text.RegularExpressions;
using Berth.Events;
using Berth.Host;
using Berth.Host.Events;
using Berth.Server.Configuration;
using Berth.Server.RateLimiting;
using Berth.Server.Tests.Observability;

namespace Berth.Server.Tests.RateLimiting;

/// <summary>Limits over HTTP, on host and registry.</summary>
public sealed partial class RateLimitTests(RateLimitTests.Shared shared) : IClassFixture<RateLimitTests.Shared>
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task R68_The_request_after_the_last_is_told_when_to_come_back()
    {
        var ana = await CreateUserAsync();
        for (var i = 0; i < 20; i++)
        {
            using var allowed = await ana.Client.GetAsync("/api/v1/plugins/");
            allowed.StatusCode.ShouldBe(HttpStatusCode.OK);
            allowed.Headers.GetValues("RateLimit-Policy").ShouldBe(["\"api\";q=20;w=60"]);
            State(allowed).Remaining.ShouldBe(19 - i);
        }

        using var refused = await ana.Client.GetAsync("/api/v1/plugins/");
        await refused.ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "rate.limited");
        var wait = int.Parse(refused.Headers.GetValues("Retry-After").Single(), CultureInfo.InvariantCulture);
        wait.ShouldBeInRange(1, 60);
        State(refused).ShouldBe((0, wait));
        refused.Headers.GetValues("RateLimit-Policy").ShouldBe(["\"api\";q=20;w=60"]);
    }

    [Fact]
    public async Task Every_refusal_is_counted_by_category_and_scope()
    {
        var ana = await CreateUserAsync();
        var before = await ReadAsync();
        for (var i = 0; i < 23; i++)
            (await ana.Client.GetAsync("/api/v1/plugins/")).Dispose();

        var after = await ReadAsync();

        (after["rate_limit_refusals_total{category=\"api\",scope=\"token\"}"] - before["rate_limit_refusals_total{category=\"api\",scope=\"token\"}"]).ShouldBe(3, "each of them, not each caller");

        async Task<PrometheusText> ReadAsync() => PrometheusText.Read(await _server.Host().GetStringAsync("/metrics"));
    }

    [Fact]
    public async Task Each_category_each_token_and_each_user_has_a_count_of_its_own()
    {
        var (ana, ben) = (await CreateUserAsync(), await CreateUserAsync());
        using var registry = _server.Registry(ana.Token);
        for (var i = 0; i < 6; i++)
            (await registry.GetAsync("/api/v1/plugins?q=x")).StatusCode.ShouldBe(i < 5 ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests);

        (await ana.Client.GetAsync("/api/v1/plugins/available")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests, "host and registry count together");
        (await ana.Client.GetAsync("/api/v1/plugins/")).StatusCode.ShouldBe(HttpStatusCode.OK, "another category");
        using var bens = _server.Registry(ben.Token);
        (await bens.GetAsync("/api/v1/plugins?q=x")).StatusCode.ShouldBe(HttpStatusCode.OK, "another user");
        using var second = _server.Registry(await ana.CreateTokenAsync());
        (await second.GetAsync("/api/v1/plugins?q=x")).StatusCode.ShouldBe(HttpStatusCode.OK, "another token");
    }

    [Fact]
    public async Task A_browsers_sessions_count_as_their_user()
    {
        var name = $"user-{Guid.NewGuid():N}";
        using (var made = await _server.Host().PostAsJsonAsync("/api/v1/admin/users", new { username = name, password = "correct-horse" }))
            made.StatusCode.ShouldBe(HttpStatusCode.Created);
        var cookies = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            using var signedIn = await _server.Host(token: null).PostAsJsonAsync("/api/v1/auth/login", new { username = name, password = "correct-horse" });
            cookies.Add(signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        }

        var left = new List<int>();
        foreach (var cookie in cookies)
        {
            using var browser = _server.Host(token: null);
            browser.DefaultRequestHeaders.Add("Cookie", cookie);
            using var answer = await browser.GetAsync("/api/v1/auth/me");
            left.Add(State(answer).Remaining);
        }

        left.ShouldBe([19, 18]);
    }

    [Fact]
    public async Task Guessed_tokens_count_for_the_address()
    {
        await using var server = await TestServer.StartAsync(settings => settings with { RateLimits = true, RateLimitRules = new RateLimitSettings { Api = new RateRule(3, 60) } });
        for (var i = 0; i < 3; i++)
            (await server.Host($"berth_pat_guess-{i}").GetAsync("/api/v1/plugins/")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await server.Host("berth_pat_guess-4").GetAsync("/api/v1/plugins/")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await server.Host().GetAsync("/api/v1/plugins/")).StatusCode.ShouldBe(HttpStatusCode.OK, "who has a token is not counted by address");
        (await server.Host(token: null).GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_answer_that_nothing_has_changed_costs_nothing()
    {
        var ana = await CreateUserAsync();
        using var registry = _server.Registry(ana.Token);
        using var first = await registry.GetAsync("/api/v1/plugins/Clock/1.0.0/download");
        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        State(first).Remaining.ShouldBe(3);
        for (var i = 0; i < 10; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/plugins/Clock/1.0.0/download") { Headers = { { "If-None-Match", first.Headers.ETag!.ToString() } } };
            using var unchanged = await registry.SendAsync(request);
            unchanged.StatusCode.ShouldBe(HttpStatusCode.NotModified);
            State(unchanged).Remaining.ShouldBe(3);
        }

        for (var i = 0; i < 4; i++)
            (await registry.GetAsync("/api/v1/plugins/Clock/1.0.0/download")).StatusCode.ShouldBe(i < 3 ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Files_plugins_health_and_the_description_are_never_limited()
    {
        var ana = await CreateUserAsync();
        await ana.InstallAsync("Clock");
        var script = await ana.AddressOfAsync("Clock", TestPackages.Script);
        foreach (var path in new[] { script, "/p/Clock/nothing", "/health/live", "/openapi/v1.json" })
        {
            for (var i = 0; i < 30; i++)
            {
                using var answer = await ana.Client.GetAsync(path);
                answer.StatusCode.ShouldNotBe(HttpStatusCode.TooManyRequests);
                answer.Headers.Contains("RateLimit").ShouldBeFalse(path);
            }
        }
    }

    [Fact]
    public async Task A_burst_bounds_one_second_and_is_told_as_a_policy_of_its_own()
    {
        await using var server = await TestServer.StartAsync(settings => settings with { RateLimits = true, RateLimitRules = new RateLimitSettings { Api = new RateRule(1000, 60, 2) } });
        using var client = server.Host();
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => client.GetAsync("/api/v1/plugins/")));
        answers[0].Headers.GetValues("RateLimit-Policy").ShouldBe(["\"api\";q=1000;w=60, \"api-burst\";q=2;w=1"]);
        var refused = answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        refused.ShouldNotBeEmpty();
        refused.ShouldAllBe(answer => answer.Headers.GetValues("Retry-After").Single() == "1");
    }

    [Fact]
    public async Task A_refusal_is_an_event_once_a_window_and_not_once_a_request()
    {
        var ana = await CreateUserAsync();
        for (var i = 0; i < 30; i++)
            (await ana.Client.GetAsync("/api/v1/plugins/")).Dispose();
        var told = shared.Raised.Where(raised => raised.UserId == ana.Id).Select(raised => raised.Event).OfType<RateLimitExceeded>().ShouldHaveSingleItem();
        (told.Category, told.Scope).ShouldBe(("api", "token"));
        told.RetryAfterSeconds.ShouldBeInRange(0.001, 60);
    }

    [Fact]
    public async Task A_host_that_fetches_for_all_of_its_users_is_not_counted_as_one_of_them()
    {
        using var host = _server.Registry();
        host.DefaultRequestHeaders.Add("Berth-Service", "host");
        for (var i = 0; i < 30; i++)
            (await host.GetAsync("/api/v1/plugins?q=x")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var ana = await CreateUserAsync();
        using var pretender = _server.Registry(ana.Token);
        pretender.DefaultRequestHeaders.Add("Berth-Service", "host");
        (await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => pretender.GetAsync("/api/v1/plugins?q=x")))).ShouldContain(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task The_address_is_what_a_trusted_proxy_says_and_nobody_else()
    {
        static BerthSettings Limited(BerthSettings settings) => settings with { RateLimits = true, RateLimitRules = new RateLimitSettings { Api = new RateRule(2, 60) } };
        await using (var behind = await TestServer.StartAsync(settings => Limited(settings) with { Web = new WebSettings { TrustedProxies = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")] } }))
        {
            await StatusesAsync(behind, ["203.0.113.7", "203.0.113.7", "203.0.113.7", "203.0.113.8"], [200, 200, 429, 200]);
            await StatusesAsync(behind, ["2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:2:3::3", "2001:db8:1:3::1"], [200, 200, 429, 200]);
            // From the right, until somebody who is not trusted: what stands further left is what strangers claim.
            await StatusesAsync(behind, ["198.51.100.1, 203.0.113.9", "198.51.100.2, 203.0.113.9", "198.51.100.3, 203.0.113.9"], [200, 200, 429]);
            await StatusesAsync(behind, ["198.51.100.1, 203.0.113.9, 127.0.0.5"], [429]);
        }

        await using var open = await TestServer.StartAsync(Limited);
        await StatusesAsync(open, ["203.0.113.7", "203.0.113.8", "203.0.113.9"], [200, 200, 429]);

        static async Task StatusesAsync(TestServer server, string[] forwarded, int[] expected)
        {
            using var client = server.Host(token: null);
            var statuses = new List<int>();
            foreach (var address in forwarded)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1") { Headers = { { "X-Forwarded-For", address } } };
                using var answer = await client.SendAsync(request);
                statuses.Add((int)answer.StatusCode);
            }

            statuses.ShouldBe(expected.AsEnumerable(), string.Join(" | ", forwarded));
        }
    }

    [Fact]
    public async Task Uploads_are_multiplied_by_what_reviewers_decided_about_the_publisher()
    {
        var ana = await CreateUserAsync();
        using var registry = _server.Registry(ana.Token);
        (await PublishAsync("1.0.0")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await _server.Registry().PutAsJsonAsync("/api/v1/plugins/Trusted/trust", new { level = "verified", reason = "known" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        shared.Time.Advance(TimeSpan.FromMinutes(2));

        using var next = await PublishAsync("1.0.1");

        next.Headers.GetValues("RateLimit-Policy").ShouldBe(["\"upload\";q=8;w=60"]);

        async Task<HttpResponseMessage> PublishAsync(string version)
        {
            using var body = new ByteArrayContent(TestPackages.FrontEnd("Trusted", version));
            return await registry.PutAsync($"/api/v1/plugins/Trusted/{version}", body);
        }
    }

    private static (int Remaining, int Reset) State(HttpResponseMessage response)
    {
        var match = Shape().Match(response.Headers.GetValues("RateLimit").Single());
        match.Success.ShouldBeTrue();
        return (int.Parse(match.Groups["r"].ValueSpan, CultureInfo.InvariantCulture), int.Parse(match.Groups["t"].ValueSpan, CultureInfo.InvariantCulture));
    }

    private Task<TestUser> CreateUserAsync() => _server.CreateUserAsync();

    [GeneratedRegex("^\"[a-z-]+\";r=(?<r>[0-9]+);t=(?<t>[0-9]+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Shape();

    public sealed class Shared : ServerFixture, IHostEvents
    {
        public System.Collections.Concurrent.ConcurrentQueue<(BerthEvent Event, string? UserId)> Raised { get; } = new();

        public ManualTime Time { get; } = new();

        public void Raise(BerthEvent happened, PluginVersionId? plugin = null, string? userId = null) => Raised.Enqueue((happened, userId));

        protected override BerthSettings Change(BerthSettings settings) => settings with
        {
            RateLimits = true,
            RateLimitRules = new RateLimitSettings { Api = new RateRule(20, 60), Search = new RateRule(5, 60), Download = new RateRule(4, 60), Upload = new RateRule(2, 60), Admin = RateRule.Unlimited },
        };

        protected override void Configure(WebApplicationBuilder builder)
        {
            builder.Services.AddSingleton<IHostEvents>(this);
            builder.Services.AddSingleton<TimeProvider>(Time);
        }

        protected override Task PrepareAsync() => Server.PublishAsync(TestPackages.FrontEnd());
    }
}
