using Berth.Server.Configuration;
using Berth.Server.RateLimiting;

namespace Berth.Server.Tests.RateLimiting;

/// <summary>What administrators allow single users.</summary>
public sealed class OverridesTests(OverridesTests.Shared shared) : IClassFixture<OverridesTests.Shared>
{
    private readonly TestServer _server = shared.Server;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_user_gets_limits_of_their_own_until_an_instant(bool atRegistry)
    {
        var ana = await _server.CreateUserAsync();
        using var admin = atRegistry ? _server.Registry() : _server.Host();
        var end = shared.Time.GetUtcNow().AddHours(1);
        using (var set = await admin.PutAsJsonAsync($"/api/v1/rate-limits/overrides/{ana.Id}", new { limits = new Dictionary<string, string> { ["api"] = "50/60", ["search"] = "unlimited" }, reason = "a demo", expires_at = end }))
            set.StatusCode.ShouldBe(HttpStatusCode.OK, await set.Content.ReadAsStringAsync());

        (await PolicyAsync(ana)).ShouldBe("\"api\";q=50;w=60");
        using (var search = await ana.Client.GetAsync("/api/v1/plugins/available"))
            search.Headers.Contains("RateLimit").ShouldBeFalse("what is not limited says nothing");
        var shown = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/rate-limits")).GetProperty("overrides").EnumerateArray().Single(one => one.GetProperty("user_id").GetString() == ana.Id);
        shown.GetProperty("limits").GetProperty("api").GetString().ShouldBe("50/60");
        shown.GetProperty("reason").GetString().ShouldBe("a demo");
        shown.GetProperty("expires_at").GetDateTimeOffset().ShouldBe(end, TimeSpan.FromMilliseconds(1));
        (await _server.Host().GetStringAsync("/api/v1/audit?action=limits.override")).ShouldContain(ana.Id);

        shared.Time.Advance(TimeSpan.FromHours(2));
        (await PolicyAsync(ana)).ShouldBe("\"api\";q=20;w=60");
        (await admin.GetStringAsync("/api/v1/rate-limits")).ShouldNotContain(ana.Id);
    }

    [Fact]
    public async Task It_can_be_taken_back_and_a_dry_run_changes_nothing()
    {
        var ana = await _server.CreateUserAsync();
        using var admin = _server.Host();
        var path = $"/api/v1/rate-limits/overrides/{ana.Id}";
        object body = new { limits = new Dictionary<string, string> { ["api"] = "50/60" }, reason = "why" };
        using (await admin.PutAsJsonAsync(path + "?dry_run=true", body))
            (await PolicyAsync(ana)).ShouldBe("\"api\";q=20;w=60");
        using (var nothing = await admin.DeleteAsync(path))
            await nothing.ShouldBeProblemAsync(HttpStatusCode.NotFound, "limits.unknown");
        using (await admin.PutAsJsonAsync(path, body))
            (await PolicyAsync(ana)).ShouldBe("\"api\";q=50;w=60");
        using (await admin.DeleteAsync(path + "?dry_run=true"))
            (await PolicyAsync(ana)).ShouldBe("\"api\";q=50;w=60");
        (await admin.DeleteAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PolicyAsync(ana)).ShouldBe("\"api\";q=20;w=60");
    }

    [Fact]
    public async Task An_organisation_gets_quotas_of_its_own_under_its_name_and_nothing_else()
    {
        var ana = await _server.CreateUserAsync();
        var name = $"org-{ana.Id[..12]}";
        await _server.Server.Services.GetRequiredService<Berth.Data.Sessions.IDatabase>().WriteAsync(session => session.ExecuteAsync(
            "INSERT INTO publisher (id, name, display_name, kind, created_by, created_at) VALUES (@name, @name, 'Org', 'organisation', 'x', 1)", new { name }));
        using var admin = _server.Registry();
        var path = $"/api/v1/rate-limits/overrides/{name}";

        using (var set = await admin.PutAsJsonAsync(path, new { limits = new Dictionary<string, string> { ["quota.versions"] = "500" }, reason = "a large house" }))
            set.StatusCode.ShouldBe(HttpStatusCode.OK, await set.Content.ReadAsStringAsync());
        using (var requests = await admin.PutAsJsonAsync(path, new { limits = new Dictionary<string, string> { ["api"] = "50/60" }, reason = "why" }))
            await requests.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "limits.name");

        (await admin.GetStringAsync("/api/v1/rate-limits")).ShouldContain(name);
        (await admin.DeleteAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var unknown = await admin.PutAsJsonAsync("/api/v1/rate-limits/overrides/nobody", new { limits = new Dictionary<string, string> { ["quota.versions"] = "500" }, reason = "why" });
        await unknown.ShouldBeProblemAsync(HttpStatusCode.NotFound, "user.unknown");
    }

    [Fact]
    public async Task What_the_database_says_is_in_force_after_a_restart_of_the_snapshot()
    {
        var ana = await _server.CreateUserAsync();
        (await PolicyAsync(ana)).ShouldBe("\"api\";q=20;w=60");
        await _server.Server.Services.GetRequiredService<Berth.Data.Sessions.IDatabase>().WriteAsync(session => session.ExecuteAsync(
            "INSERT INTO limit_override (user_id, name, value, reason, set_by, set_at) VALUES (@Id, 'api', '77/60', 'another node', 'x', 0)", new { ana.Id }));
        shared.Time.Advance(LimitOverrides.Freshness + TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(async () => await PolicyAsync(ana) == "\"api\";q=77;w=60", "another node's override");
    }

    [Theory]
    [InlineData("""{"limits":{},"reason":"x"}""", "limits.empty")]
    [InlineData("""{"reason":"x"}""", "limits.empty")]
    [InlineData("""{"limits":{"uploads":"5/60"},"reason":"x"}""", "limits.name")]
    [InlineData("""{"limits":{"none":"5/60"},"reason":"x"}""", "limits.name")]
    [InlineData("""{"limits":{"api":"off"},"reason":"x"}""", "limits.value")]
    [InlineData("""{"limits":{"api":null},"reason":"x"}""", "limits.value")]
    [InlineData("""{"limits":{"quota.bytes":"5/60"},"reason":"x"}""", "limits.value")]
    [InlineData("""{"limits":{"quota.bytes":"99999999999999999999"},"reason":"x"}""", "limits.value")]
    [InlineData("""{"limits":{"api":"5/60"}}""", "limits.reason")]
    [InlineData("""{"limits":{"api":"5/60"},"reason":"  "}""", "limits.reason")]
    [InlineData("""{"limits":{"api":"5/60"},"reason":"x","expires_at":"2001-01-01T00:00:00Z"}""", "limits.expiry")]
    public async Task R61_What_is_not_understood_is_refused_and_never_unlimited(string body, string code)
    {
        var ana = await _server.CreateUserAsync();
        using var response = await _server.Host().PutAsync($"/api/v1/rate-limits/overrides/{ana.Id}", new StringContent(body, Encoding.UTF8, "application/json"));
        await response.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, code);
        (await PolicyAsync(ana)).ShouldBe("\"api\";q=20;w=60");
    }

    [Fact]
    public async Task R52_Nobody_but_an_administrator_sees_or_sets_limits()
    {
        var ana = await _server.CreateUserAsync();
        using var registry = _server.Registry(ana.Token);
        foreach (var client in new[] { ana.Client, registry })
        {
            using var seen = await client.GetAsync("/api/v1/rate-limits");
            await seen.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.administrator");
            using var set = await client.PutAsJsonAsync($"/api/v1/rate-limits/overrides/{ana.Id}", new { limits = new Dictionary<string, string> { ["api"] = "unlimited" }, reason = "me" });
            await set.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.administrator");
        }
    }

    [Fact]
    public async Task A_user_that_goes_takes_their_overrides_along()
    {
        var ana = await _server.CreateUserAsync();
        using var admin = _server.Host();
        (await admin.PutAsJsonAsync($"/api/v1/rate-limits/overrides/{ana.Id}", new { limits = new Dictionary<string, string> { ["api"] = "50/60" }, reason = "why" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await admin.DeleteAsync($"/api/v1/admin/users/{ana.Id}")).IsSuccessStatusCode.ShouldBeTrue();
        (await _server.CountAsync("limit_override WHERE user_id = @Id", new { ana.Id })).ShouldBe(0);
    }

    [Fact]
    public async Task A_token_gets_limits_of_its_own_which_come_before_the_users_and_hold_for_no_other_token()
    {
        var ana = await _server.CreateUserAsync();
        var other = await ana.CreateTokenAsync("read");
        var id = (await ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/auth/tokens")).GetProperty("tokens").EnumerateArray().Single(token => token.GetProperty("name").GetString() == "limited").GetProperty("id").GetString();
        using var admin = _server.Host();
        var end = shared.Time.GetUtcNow().AddHours(1);
        await SetAsync(admin, ana.Id, new { limits = new Dictionary<string, string> { ["api"] = "50/60" }, reason = "why" });
        await SetAsync(admin, $"token:{id}", new { limits = new Dictionary<string, string> { ["api"] = "90/60" }, reason = "nightly import", expires_at = end });

        (await PolicyAsync(_server.Host(other))).ShouldBe("\"api\";q=90;w=60");
        (await PolicyAsync(ana)).ShouldBe("\"api\";q=50;w=60");
        var shown = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/rate-limits")).GetProperty("overrides").EnumerateArray().Single(one => one.GetProperty("user_id").GetString() == $"token:{id}");
        (shown.GetProperty("kind").GetString(), shown.GetProperty("expires_at").GetDateTimeOffset()).ShouldBe(("token", DateTimeOffset.FromUnixTimeMilliseconds(end.ToUnixTimeMilliseconds())));
        (await _server.Host().GetStringAsync("/api/v1/audit?action=limits.override")).ShouldContain($"token:{id}");

        shared.Time.Advance(TimeSpan.FromHours(2));
        (await PolicyAsync(_server.Host(other))).ShouldBe("\"api\";q=50;w=60", "the token's has run out, and the user's stands");
        await SetAsync(admin, $"token:{id}", new { limits = new Dictionary<string, string> { ["api"] = "91/60" }, reason = "again" });
        (await PolicyAsync(_server.Host(other))).ShouldBe("\"api\";q=91;w=60");
        (await ana.Client.DeleteAsync($"/api/v1/auth/tokens/{id}")).IsSuccessStatusCode.ShouldBeTrue();
        (await admin.GetStringAsync("/api/v1/rate-limits")).ShouldNotContain(id!, Case.Sensitive, "a revoked token has nothing any more");
        using var gone = await admin.PutAsJsonAsync($"/api/v1/rate-limits/overrides/token:{id}", new { limits = new Dictionary<string, string> { ["api"] = "5/60" }, reason = "why" });
        await gone.ShouldBeProblemAsync(HttpStatusCode.NotFound, "token.unknown");
    }

    [Fact]
    public async Task Callers_whom_nobody_knows_get_the_limits_of_the_smallest_network_that_they_come_from()
    {
        using var admin = _server.Host();
        using var nobody = _server.Registry(token: null);
        (await PolicyAsync(nobody, "/api/v1/plugins/none")).ShouldBe("\"api\";q=20;w=60");
        await SetAsync(admin, "address:127.0.0.0%2F8", new { limits = new Dictionary<string, string> { ["api"] = "300/60" }, reason = "our offices" });
        (await PolicyAsync(nobody, "/api/v1/plugins/none")).ShouldBe("\"api\";q=300;w=60");
        await SetAsync(admin, "address:127.0.0.1", new { limits = new Dictionary<string, string> { ["api"] = "7/60" }, reason = "a crawler" });
        (await PolicyAsync(nobody, "/api/v1/plugins/none")).ShouldBe("\"api\";q=7;w=60");
        var ana = await _server.CreateUserAsync();
        (await PolicyAsync(ana)).ShouldBe("\"api\";q=20;w=60", "who is known is counted for their token, wherever they come from");

        (await admin.DeleteAsync("/api/v1/rate-limits/overrides/address:127.0.0.1%2F32")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PolicyAsync(nobody, "/api/v1/plugins/none")).ShouldBe("\"api\";q=300;w=60");
        (await admin.DeleteAsync("/api/v1/rate-limits/overrides/address:127.0.0.0%2F8")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PolicyAsync(nobody, "/api/v1/plugins/none")).ShouldBe("\"api\";q=20;w=60");
    }

    [Theory]
    [InlineData("address:10.0.0.1%2F8", "limits.address")]
    [InlineData("address:10.0.0.0%2F33", "limits.address")]
    [InlineData("address:2001:db8::%2F65", "limits.address")]
    [InlineData("address:fe80::1%251", "limits.address")]
    [InlineData("address:example.org", "limits.address")]
    [InlineData("address:", "limits.address")]
    [InlineData("token:", "token.unknown")]
    [InlineData("token:berth_pat_administrator-of-the-tests", "token.unknown")]
    public async Task What_is_no_network_and_no_token_is_refused(string subject, string code)
    {
        using var response = await _server.Host().PutAsJsonAsync($"/api/v1/rate-limits/overrides/{subject}", new { limits = new Dictionary<string, string> { ["api"] = "unlimited" }, reason = "x" });
        await response.ShouldBeProblemAsync(code == "token.unknown" ? HttpStatusCode.NotFound : HttpStatusCode.UnprocessableEntity, code);
    }

    [Fact]
    public async Task An_address_has_no_quota()
    {
        using var response = await _server.Host().PutAsJsonAsync("/api/v1/rate-limits/overrides/address:10.0.0.1", new { limits = new Dictionary<string, string> { ["quota.bytes"] = "5" }, reason = "x" });
        await response.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "limits.name");
    }

    private static async Task SetAsync(HttpClient admin, string subject, object body)
    {
        using var set = await admin.PutAsJsonAsync($"/api/v1/rate-limits/overrides/{subject}", body);
        set.StatusCode.ShouldBe(HttpStatusCode.OK, await set.Content.ReadAsStringAsync());
    }

    private static Task<string> PolicyAsync(TestUser user) => PolicyAsync(user.Client);

    private static async Task<string> PolicyAsync(HttpClient client, string path = "/api/v1/plugins/")
    {
        using var answer = await client.GetAsync(path);
        return answer.Headers.GetValues("RateLimit-Policy").Single();
    }

    public sealed class Shared : ServerFixture
    {
        public ManualTime Time { get; } = new();

        protected override BerthSettings Change(BerthSettings settings) => settings with
        {
            RateLimits = true,
            RateLimitRules = new RateLimitSettings { Api = new RateRule(20, 60), Admin = RateRule.Unlimited },
        };

        protected override void Configure(WebApplicationBuilder builder) => builder.Services.AddSingleton<TimeProvider>(Time);
    }
}
