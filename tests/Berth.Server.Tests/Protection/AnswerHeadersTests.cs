using Berth.Server.Auth;
using Berth.Server.Composition;
using Berth.Server.Tests.Routes;
using Microsoft.AspNetCore.Http;

namespace Berth.Server.Tests.Protection;

/// <summary>Security headers on every answer of both applications, one test a directive.</summary>
public sealed class AnswerHeadersTests(RoutesFixture fixture) : IClassFixture<RoutesFixture>
{
    // Files of plugins are loaded by pages of other origins; what they carry is tested with them.
    private static bool IsFile(Route route) => route.Template.StartsWith("/api/v1/public/", StringComparison.Ordinal);

    [Fact]
    public Task Nothing_is_loaded_by_an_answer() => EveryPolicyAsync(policy => policy.ShouldContain("default-src 'none'"));

    [Fact]
    public Task No_page_may_frame_an_answer() => EveryPolicyAsync(policy => policy.ShouldContain("frame-ancestors 'none'"));

    [Fact]
    public Task Nothing_changes_what_relative_addresses_mean() => EveryPolicyAsync(policy => policy.ShouldContain("base-uri 'none'"));

    [Fact]
    public Task No_form_leads_to_somebody_else() => EveryPolicyAsync(policy => (policy.Contains("form-action 'none'") || policy.Contains("form-action 'self'")).ShouldBeTrue());

    [Fact]
    public Task No_script_runs_in_an_answer() => EveryPolicyAsync(policy => policy.ShouldNotContain(part => part.StartsWith("script-src", StringComparison.Ordinal)));

    [Fact]
    public Task No_inline_style_but_those_whose_digest_is_known() => EveryPolicyAsync(
        policy => policy.Where(part => part.StartsWith("style-src", StringComparison.Ordinal)).ShouldAllBe(part => part.StartsWith("style-src 'sha256-", StringComparison.Ordinal)));

    [Fact]
    public Task No_type_is_guessed() => EveryHeaderAsync("X-Content-Type-Options", "nosniff");

    [Fact]
    public Task Old_browsers_frame_nothing() => EveryHeaderAsync("X-Frame-Options", "DENY");

    [Fact]
    public Task No_address_is_told_to_others() => EveryHeaderAsync("Referrer-Policy", "no-referrer");

    [Fact]
    public Task No_other_origin_embeds_an_answer() => EveryHeaderAsync("Cross-Origin-Resource-Policy", "same-origin");

    [Fact]
    public Task No_other_origin_shares_a_window() => EveryHeaderAsync("Cross-Origin-Opener-Policy", "same-origin");

    [Fact]
    public Task Nothing_that_was_asked_with_a_token_is_kept_without_asking_again() => EveryAnswerAsync(
        answer => (answer.Headers.CacheControl is { NoStore: true } or { Private: true, NoCache: true }).ShouldBeTrue());

    [Theory]
    [InlineData("camera")]
    [InlineData("microphone")]
    [InlineData("geolocation")]
    [InlineData("payment")]
    [InlineData("usb")]
    [InlineData("serial")]
    [InlineData("midi")]
    [InlineData("display-capture")]
    [InlineData("fullscreen")]
    [InlineData("publickey-credentials-get")]
    public Task No_answer_uses_what_browsers_can_do(string feature) => EveryAnswerAsync(
        answer => answer.Headers.GetValues("Permissions-Policy").Single().Split(", ").ShouldContain($"{feature}=()"));

    [Fact]
    public Task Nobody_is_told_which_server_it_is() => EveryAnswerAsync(answer =>
    {
        answer.Headers.Contains("Server").ShouldBeFalse();
        answer.Headers.Contains("X-Powered-By").ShouldBeFalse();
    });

    [Fact]
    public async Task Browsers_are_told_to_stay_with_TLS_where_there_is_TLS_and_only_there()
    {
        await using var server = await TestServer.StartAsync(settings => settings with { Web = settings.Web with { TrustedProxies = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")] } });
        await server.PublishAsync(TestPackages.FrontEnd());
        var ana = await server.CreateUserAsync();
        await ana.InstallAsync("Clock");
        foreach (var path in new[] { "/", "/nothing", "/api/v1/plugins/", "/health/live", await ana.AddressOfAsync("Clock", TestPackages.Script), "/api/v1/public/plugins/nothing/x" })
        {
            using var plain = await server.Host().GetAsync(path);
            plain.Headers.Contains("Strict-Transport-Security").ShouldBeFalse(path);
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "X-Forwarded-Proto", "https" }, { "X-Forwarded-For", "203.0.113.7" } } };
            using var secure = await server.Host().SendAsync(request);
            secure.Headers.GetValues("Strict-Transport-Security").Single().ShouldBe("max-age=31536000", path);
        }
    }

    [Fact]
    public async Task A_fault_of_the_server_has_them_too()
    {
        await using var server = await TestServer.StartAsync(configure: builder => builder.Services.AddSingleton<ICallerResolver, Broken>());
        foreach (var client in new[] { server.Host(), server.Registry() })
        {
            using var answer = await client.GetAsync("/api/v1/trust/levels");
            if (answer.StatusCode == HttpStatusCode.NotFound)
                continue;
            await answer.ShouldBeProblemAsync(HttpStatusCode.InternalServerError, "server.error");
            answer.Headers.GetValues("Content-Security-Policy").Single().ShouldStartWith("default-src 'none'");
        }
    }

    [Fact]
    public async Task A_fault_outside_of_every_route_is_a_problem_with_them()
    {
        var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var app = new ApplicationBuilder(services);
        app.UseWebProtection();
        app.Run(_ => throw new InvalidOperationException("SELECT secrets"));
        var context = new DefaultHttpContext { RequestServices = services, Response = { Body = new MemoryStream() } };

        await app.Build()(context);

        context.Response.StatusCode.ShouldBe(StatusCodes.Status500InternalServerError);
        context.Response.Headers.ContentSecurityPolicy.ToString().ShouldStartWith("default-src 'none'");
        context.Response.Body.Position = 0;
        Problems.ShouldTellNothing(await new StreamReader(context.Response.Body).ReadToEndAsync());
    }

    [Fact]
    public async Task Files_of_plugins_guess_no_type_and_active_ones_are_inert()
    {
        var script = await fixture.Ana.AddressOfAsync("Clock", TestPackages.Script);
        using var file = await fixture.Server.Host(token: null).GetAsync(script);
        file.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
        file.Headers.GetValues("Cross-Origin-Resource-Policy").Single().ShouldBe("cross-origin");
        using var missing = await fixture.Server.Host(token: null).GetAsync(script + "x");
        missing.Headers.GetValues("Content-Security-Policy").Single().ShouldStartWith("default-src 'none'");
    }

    private Task EveryPolicyAsync(Action<string[]> check) =>
        EveryAnswerAsync(answer => check(answer.Headers.GetValues("Content-Security-Policy").Single().Split("; ")));

    private Task EveryHeaderAsync(string name, string value) => EveryAnswerAsync(answer => answer.Headers.GetValues(name).Single().ShouldBe(value));

    /// <summary>Every route with and without a caller, what no route takes, and what is no route.</summary>
    private async Task EveryAnswerAsync(Action<HttpResponseMessage> check)
    {
        var findings = new Findings();
        foreach (var route in fixture.Routes.Where(route => !IsFile(route) && !route.Template.EndsWith("/events", StringComparison.Ordinal)))
        {
            foreach (var token in new[] { null, fixture.Ana.Token })
            {
                if (token is not null && route.Template.EndsWith("/logout", StringComparison.Ordinal))
                    continue;
                await findings.CheckAsync($"{route} {(token is null ? "anonymous" : "as Ana")}", async () =>
                {
                    using var client = fixture.Client(route, token);
                    using var answer = await client.SendAsync(fixture.Request(route, route.TargetOfNothing()), HttpCompletionOption.ResponseHeadersRead);
                    check(answer);
                });
            }
        }

        foreach (var isRegistry in new[] { false, true })
        {
            foreach (var (method, target) in new[] { ("GET", "/nothing"), ("GET", "/favicon.ico"), ("TRACE", "/api/v1/plugins"), ("DELETE", "/health/live"), ("OPTIONS", "/api/v1/plugins"), ("BREW", "/") })
            {
                await findings.CheckAsync($"{(isRegistry ? "registry" : "host")} {method} {target}", async () =>
                {
                    using var client = isRegistry ? fixture.Server.Registry(token: null) : fixture.Server.Host(token: null);
                    using var request = new HttpRequestMessage(new HttpMethod(method), target);
                    using var answer = await client.SendAsync(request);
                    check(answer);
                });
            }
        }

        findings.ShouldBeNone(atLeast: 150);
    }

    private sealed class Broken : ICallerResolver
    {
        public ValueTask<Caller?> ResolveAsync(HttpContext context) => throw new InvalidOperationException("SELECT secrets");
    }
}
