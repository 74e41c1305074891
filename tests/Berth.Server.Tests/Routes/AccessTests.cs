using Berth.Server.Auth;

namespace Berth.Server.Tests.Routes;

/// <summary>Who may call which route, over the server's own table of routes.</summary>
public sealed class AccessTests(RoutesFixture fixture) : IClassFixture<RoutesFixture>
{
    // What needs no token, and nothing else. The file route asks for a capability or a token itself.
    private static readonly string[] Open =
    [
        "GET /api/v1", "GET /schemas/plugin.v1.json", "GET /openapi/v1.json", "GET /health/live", "HEAD /health/live", "GET /health/ready", "HEAD /health/ready",
        "POST /api/v1/auth/login", "POST /api/v1/auth/signin", "POST /api/v1/auth/oidc/exchange", "GET /", "GET /signin/{code}", "POST /signin/{code}",
        "GET /api/v1/public/plugins/{pluginId}/{**path}", "HEAD /api/v1/public/plugins/{pluginId}/{**path}",
    ];

    [Fact]
    public void Only_the_listed_routes_take_anonymous_callers() =>
        fixture.Routes.Where(route => route.IsAnonymous).Select(route => $"{route.Method} {route.Template}").Distinct().Except(Open).ShouldBeEmpty();

    [Fact]
    public async Task Without_a_token_every_other_route_answers_401()
    {
        var findings = new Findings();
        foreach (var route in fixture.Routes.Where(route => !route.IsAnonymous || route.Template.Contains("/public/", StringComparison.Ordinal)))
        {
            foreach (var token in new[] { null, "berth_pat_" + new string('x', 43), "berth_ses_" + new string('x', 43), "x" })
            {
                await findings.CheckAsync($"{route} with '{token}'", async () =>
                {
                    using var client = fixture.Client(route, token);
                    using var response = await client.SendAsync(fixture.Request(route, route.TargetOfNothing()));
                    response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
                    response.Headers.WwwAuthenticate.ToString().ShouldStartWith("Bearer");
                    if (route.Method is not "HEAD")
                        await response.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
                });
            }
        }

        findings.ShouldBeNone(atLeast: 200);
    }

    [Fact]
    public async Task R52_Nobody_changes_anything_without_a_token()
    {
        var writes = fixture.Routes.Where(route => route.Writes && !route.IsAnonymous).ToList();
        foreach (var dangerous in new[] { "/trust", "/overrides/{user}", "/quarantine", "/uninstall" })
            writes.ShouldContain(route => route.Template.EndsWith(dangerous, StringComparison.Ordinal), dangerous);
        var findings = new Findings();
        foreach (var route in writes)
        {
            await findings.CheckAsync(route.ToString(), async () =>
            {
                using var client = fixture.Client(route, token: null);
                using var response = await client.SendAsync(fixture.Request(route, route.TargetOfNothing(), new StringContent("{}", Encoding.UTF8, "application/json")));
                await response.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
            });
        }

        findings.ShouldBeNone(atLeast: 40);
    }

    [Fact]
    public async Task A_read_token_writes_nothing()
    {
        var findings = new Findings();
        // Signing out ends the very token it comes with; that needs no more than the token.
        foreach (var route in fixture.Routes.Where(route => route.Writes && !route.IsAnonymous && !route.Template.EndsWith("/logout", StringComparison.Ordinal)))
            await findings.CheckAsync(route.ToString(), () => RefusedAsync(route, fixture.ReadToken, "auth.scope"));
        findings.ShouldBeNone(atLeast: 25);
    }

    [Fact]
    public async Task A_token_permits_no_other_scope_than_its_own()
    {
        var write = await fixture.Ana.CreateTokenAsync(TokenScopes.Write);
        var publish = await fixture.Ana.CreateTokenAsync(TokenScopes.Publish);
        var findings = new Findings();
        foreach (var route in fixture.Routes.Where(route => !route.IsAnonymous))
        {
            if (route.Scope == TokenScopes.Publish)
                await findings.CheckAsync(route.ToString(), () => RefusedAsync(route, write, "auth.scope"));
            if (route.Scope == TokenScopes.Write)
                await findings.CheckAsync(route.ToString(), () => RefusedAsync(route, publish, "auth.scope"));
        }

        findings.ShouldBeNone(atLeast: 15);
    }

    [Fact]
    public async Task R52_Who_is_no_administrator_cannot_administrate()
    {
        var administration = fixture.Routes.Where(route => route.NeedsAdministrator).ToList();
        fixture.Routes.Where(route => (route.Template.Contains("/admin", StringComparison.Ordinal) || route.Template.Contains("/system/", StringComparison.Ordinal)) && !route.NeedsAdministrator)
            .ShouldBeEmpty();
        administration.ShouldContain(route => route.IsRegistry && route.Method == "PUT" && route.Template.EndsWith("/trust", StringComparison.Ordinal));

        var findings = new Findings();
        foreach (var route in administration)
        {
            await findings.CheckAsync(route.ToString(), () => RefusedAsync(route, fixture.Ana.Token, "auth.administrator"));
            await findings.CheckAsync($"{route} with a read token", () => RefusedAsync(route, fixture.ReadToken, "auth.scope"));
        }

        findings.ShouldBeNone(atLeast: 16);
    }

    [Fact]
    public async Task Only_an_administrator_acts_for_somebody_else()
    {
        var ben = await fixture.Server.CreateUserAsync();
        var findings = new Findings();
        foreach (var route in fixture.Routes.Where(route => !route.IsAnonymous && !route.NeedsAdministrator && !route.Template.EndsWith("/logout", StringComparison.Ordinal)))
        {
            await findings.CheckAsync(route.ToString(), async () =>
            {
                using var client = fixture.Client(route, fixture.Ana.Token);
                using var request = fixture.Request(route, route.TargetOfNothing());
                request.Headers.Add("Berth-User", ben.Id);
                using var response = await client.SendAsync(request);
                response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
                if (route.Method != "HEAD")
                    await response.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.administrator");
            });
        }

        findings.ShouldBeNone(atLeast: 40);
    }

    private async Task RefusedAsync(Route route, string token, string code)
    {
        using var client = fixture.Client(route, token);
        using var response = await client.SendAsync(fixture.Request(route, route.TargetOfNothing()));
        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        if (route.Method != "HEAD")
            await response.ShouldBeProblemAsync(HttpStatusCode.Forbidden, code);
    }
}
