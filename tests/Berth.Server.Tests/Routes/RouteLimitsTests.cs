using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Berth.Server.Auth;
using Berth.Server.Configuration;
using Berth.Server.RateLimiting;

namespace Berth.Server.Tests.Routes;

/// <summary>Along the table of routes: each tells its limit, and refuses beyond it, with the headers that say when to come back.</summary>
public sealed partial class RouteLimitsTests(RouteLimitsTests.Shared shared) : IClassFixture<RouteLimitsTests.Shared>
{
    private int _callers;

    [Fact]
    public async Task R68_Every_limited_route_tells_its_limit_and_when_to_come_back()
    {
        using var client = NewClient();
        var findings = new Findings();
        foreach (var route in shared.Routes.Where(route => route.Category is not (null or RateCategory.None)))
        {
            await findings.CheckAsync(route.ToString(), async () =>
            {
                var caller = NewCaller();
                var name = RateLimitSettings.NameOf(route.Category!.Value);
                using var admitted = await SendAsync(client, route, caller);
                ((int)admitted.StatusCode).ShouldBeOneOf([200, 302, 303, 307, 400, 401, 404, 415], "whatever it is, it is the route's own answer");
                admitted.Headers.GetValues("RateLimit-Policy").ShouldBe([$"\"{name}\";q=1;w=3600"]);
                Left(admitted, name).ShouldBe(0);
                admitted.Headers.RetryAfter.ShouldBeNull();

                using var refused = await SendAsync(client, route, caller);
                refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
                refused.Headers.GetValues("RateLimit-Policy").ShouldBe([$"\"{name}\";q=1;w=3600"]);
                Left(refused, name).ShouldBe(0);
                refused.Headers.RetryAfter.ShouldNotBeNull().Delta.ShouldNotBeNull().TotalSeconds.ShouldBeInRange(1, 3600);
                if (route.Method != "HEAD")
                    await refused.ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "rate.limited");
            });
        }

        findings.ShouldBeNone(atLeast: 200);
    }

    [Fact]
    public async Task What_is_not_limited_tells_of_no_limit()
    {
        using var client = NewClient();
        var findings = new Findings();
        foreach (var route in shared.Routes.Where(route => route.Category is RateCategory.None))
        {
            await findings.CheckAsync(route.ToString(), async () =>
            {
                var caller = NewCaller();
                for (var i = 0; i < 3; i++)
                {
                    using var answer = await SendAsync(client, route, caller);
                    answer.StatusCode.ShouldNotBe(HttpStatusCode.TooManyRequests);
                    (answer.Headers.Contains("RateLimit") || answer.Headers.Contains("RateLimit-Policy")).ShouldBeFalse();
                }
            });
        }

        findings.ShouldBeNone(atLeast: 8);
    }

    // Counted by address, before anything is looked at: so the walk reaches every route, and changes nothing.
    private string NewCaller()
    {
        var number = Interlocked.Increment(ref _callers);
        return string.Create(CultureInfo.InvariantCulture, $"203.0.{number / 250}.{1 + (number % 250)}");
    }

    private async Task<HttpResponseMessage> SendAsync(HttpClient client, Route route, string caller)
    {
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), (route.IsRegistry ? shared.Server.RegistryUrl : shared.Server.HostUrl) + route.TargetOfNothing());
        request.Headers.Add("X-Forwarded-For", caller);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/problem+json"));
        return await client.SendAsync(request);
    }

    private static HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private static int Left(HttpResponseMessage answer, string name)
    {
        var match = Shape().Match(answer.Headers.GetValues("RateLimit").ShouldHaveSingleItem());
        match.Success.ShouldBeTrue();
        match.Groups["name"].Value.ShouldBe(name);
        int.Parse(match.Groups["t"].ValueSpan, CultureInfo.InvariantCulture).ShouldBeInRange(1, 3600);
        return int.Parse(match.Groups["r"].ValueSpan, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("^\"(?<name>[a-z-]+)\";r=(?<r>[0-9]+);t=(?<t>[0-9]+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Shape();

    /// <summary>A server behind a proxy that gives everybody one request of each kind.</summary>
    public sealed class Shared : ServerFixture
    {
        private readonly List<IServiceProvider> _applications = [];

        public IReadOnlyList<Route> Routes { get; private set; } = [];

        protected override BerthSettings Change(BerthSettings settings) => settings with
        {
            RateLimits = true,
            RateLimitRules = new RateLimitSettings { Api = new RateRule(1, 3600), Search = new RateRule(1, 3600), Download = new RateRule(1, 3600), Upload = new RateRule(1, 3600), Admin = new RateRule(1, 3600) },
            Web = new WebSettings { TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")] },
        };

        protected override void Configure(WebApplicationBuilder builder) => builder.Services.AddSingleton<IHostedService>(services =>
        {
            lock (_applications)
                _applications.Add(services);
            return new Nothing();
        });

        protected override Task PrepareAsync()
        {
            Routes = [.. _applications.SelectMany(application => Route.Of(application, isRegistry: application.GetService<AdministratorSeed>() is null))];
            return Task.CompletedTask;
        }

        private sealed class Nothing : IHostedService
        {
            public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

            public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        }
    }
}
