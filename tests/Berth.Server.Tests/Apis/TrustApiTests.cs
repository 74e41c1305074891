namespace Berth.Server.Tests.Apis;

/// <summary>Trust over HTTP, host and registry in one process.</summary>
public sealed class TrustApiTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private HttpClient _registry = null!;
    private TestUser _ana = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        await _server.PublishAsync(Golden.Package("Echo"), TestPackages.FrontEnd("Clock", "1.0.0", new { security = new { capabilities = new[] { "network:http-client" } } }));
        _registry = _server.Registry();
        _ana = await _server.CreateUserAsync("ana");
    }

    public async Task DisposeAsync()
    {
        _registry.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task R55_A_quarantine_stops_downloads_code_files_and_installs_until_it_is_lifted()
    {
        await _ana.InstallAsync("Echo");
        await _ana.InstallAsync("Clock");
        var address = await _ana.AddressOfAsync("Clock", TestPackages.Script);
        (await _ana.Client.GetAsync("/p/Echo/version")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _registry.GetAsync("/api/v1/plugins/Echo/1.0.0/download")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var echo = await QuarantineAsync("version", "Echo@1.0.0", "It mines.");
        var clock = await QuarantineAsync("plugin", "clock", "It steals.");

        using (var download = await _registry.GetAsync("/api/v1/plugins/Echo/1.0.0/download"))
            await download.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "plugin.quarantined");
        using (var newest = await _registry.GetAsync("/api/v1/plugins/Clock/download"))
            await newest.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "plugin.quarantined");
        await UntilAsync("/p/Echo/version", HttpStatusCode.ServiceUnavailable);
        using (var call = await _ana.Client.GetAsync("/p/Echo/version"))
            (await call.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "plugin.quarantined")).GetProperty("detail").GetString()!.ShouldContain("It mines.");
        await UntilAsync(address, HttpStatusCode.Forbidden);
        using (var file = await _server.Host(token: null).GetAsync(address))
            await file.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "plugin.quarantined");
        (await _ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/Clock/status")).GetProperty("data").GetProperty("status").GetString().ShouldBe("quarantined");
        var ben = await _server.CreateUserAsync();
        using (var install = await ben.Client.PostAsJsonAsync("/api/v1/plugins/Clock/install", new { }))
        {
            install.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            (await install.Content.ReadAsStringAsync()).ShouldContain("quarantined");
        }

        await LiftAsync(echo);
        await LiftAsync(clock);
        await UntilAsync("/p/Echo/version", HttpStatusCode.OK);
        await UntilAsync(address, HttpStatusCode.OK);
        (await _registry.GetAsync("/api/v1/plugins/Echo/1.0.0/download")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await ben.InstallAsync("Clock");
    }

    [Fact]
    public async Task What_an_administrator_of_the_host_quarantined_stays_so_when_the_registry_lets_it_go()
    {
        await _ana.InstallAsync("Echo");
        using var admin = _server.Host();
        (await admin.PostAsJsonAsync("/api/v1/plugins/system/instances/Echo/1.0.0/quarantine", new { reason = "our own" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        var id = await QuarantineAsync("version", "Echo@1.0.0", "theirs");
        await Eventually.TrueAsync(async () => (await _ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/Echo/status")).GetProperty("data").GetProperty("status").GetString() == "quarantined", "the host hears of it");
        await LiftAsync(id);
        await Eventually.TrueAsync(async () => (await _ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/Echo/status")).GetProperty("data").GetProperty("status").GetString() != "quarantined", "the host hears that it is over");

        using var call = await _ana.Client.GetAsync("/p/Echo/version");

        (await call.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "plugin.quarantined")).GetProperty("detail").GetString()!.ShouldContain("our own");
    }

    [Fact]
    public async Task A_decided_quarantine_and_a_removed_version_stop_what_runs_too()
    {
        await _ana.InstallAsync("Echo");
        (await _ana.Client.GetAsync("/p/Echo/version")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _registry.PutAsJsonAsync("/api/v1/plugins/Echo/trust", new { level = "quarantined", reason = "found malware" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await UntilAsync("/p/Echo/version", HttpStatusCode.ServiceUnavailable);
        (await _registry.PutAsJsonAsync("/api/v1/plugins/Echo/trust", new { level = "internal", reason = "a false alarm" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await UntilAsync("/p/Echo/version", HttpStatusCode.OK);

        using (var removed = await _registry.PostAsJsonAsync("/api/v1/plugins/Echo/trust/violations", new { kind = "malware", severity = "critical", action = "remove", reason = "It mines.", version = "1.0.0" }))
            removed.StatusCode.ShouldBe(HttpStatusCode.Created, await removed.Content.ReadAsStringAsync());

        await UntilAsync("/p/Echo/version", HttpStatusCode.ServiceUnavailable);
        (await _registry.GetAsync("/api/v1/plugins/Echo")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _registry.GetAsync("/api/v1/plugins/Echo/1.0.0/download")).StatusCode.ShouldBe(HttpStatusCode.Gone);
        (await _registry.GetFromJsonAsync<JsonElement>("/api/v1/plugins/Echo/trust/history")).GetProperty("decisions").GetArrayLength().ShouldBe(3, "reviewers still see why");
        (await _ana.Client.DeleteAsync("/api/v1/plugins/Echo")).StatusCode.ShouldBe(HttpStatusCode.OK, "it can always be removed");
    }

    [Fact]
    public async Task R53_An_unsigned_claim_of_a_manifest_has_no_effect()
    {
        var package = TestPackages.FrontEnd("Claims", "1.0.0", new { security = new { trustLevel = "internal", capabilities = new[] { "process:spawn-child" } } });
        using (var registry = _server.Registry(_ana.Token))
        using (var form = new MultipartFormDataContent { { new ByteArrayContent(package), "plugin", "x.berth" } })
            (await registry.PostAsync("/api/v1/plugins", form)).StatusCode.ShouldBe(HttpStatusCode.Created);

        (await _registry.GetFromJsonAsync<JsonElement>("/api/v1/plugins/Claims/trust")).GetProperty("level").GetString().ShouldBe("community");
        using var install = await _ana.Client.PostAsJsonAsync("/api/v1/plugins/Claims/install", new { grant = new[] { "process:spawn-child" } });
        install.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await install.Content.ReadAsStringAsync()).ShouldContain("capability.not_permitted");
    }

    [Fact]
    public async Task R54_A_request_is_granted_by_a_reviewer_who_is_neither_its_maker_nor_the_owner()
    {
        var reviewer = await CreateAsync("rita", "reviewer");
        using var ana = _server.Registry(_ana.Token);
        using (var form = new MultipartFormDataContent { { new ByteArrayContent(TestPackages.FrontEnd("Mine")), "plugin", "x.berth" } })
            (await ana.PostAsync("/api/v1/plugins", form)).StatusCode.ShouldBe(HttpStatusCode.Created);
        using var made = await ana.PostAsJsonAsync("/api/v1/plugins/Mine/trust/requests", new { level = "verified", reason = "It is good.", evidence = new { tests = 12 } });
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        var id = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();

        using (var own = await ana.PostAsJsonAsync($"/api/v1/trust/requests/{id}/approve", new { reason = "Mine." }))
            await own.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.reviewer");
        using var rita = _server.Registry(reviewer.Token);
        (await rita.GetFromJsonAsync<JsonElement>("/api/v1/trust/requests?state=open")).GetProperty("requests").EnumerateArray().ShouldHaveSingleItem().GetProperty("id").GetString().ShouldBe(id);
        using (var dry = await rita.PostAsJsonAsync($"/api/v1/trust/requests/{id}/approve?dry_run=true", new { reason = "Read it." }))
            dry.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await LevelAsync("Mine")).ShouldBe("community");
        using (var granted = await rita.PostAsJsonAsync($"/api/v1/trust/requests/{id}/approve", new { reason = "Read it." }))
            granted.StatusCode.ShouldBe(HttpStatusCode.OK, await granted.Content.ReadAsStringAsync());
        (await LevelAsync("Mine")).ShouldBe("verified");

        using (var direct = await rita.PutAsJsonAsync("/api/v1/plugins/Mine/trust", new { level = "internal", reason = "x" }))
            await direct.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.administrator");
        (await _registry.PutAsJsonAsync("/api/v1/plugins/Clock/trust", new { level = "community", reason = "lower" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var raised = await _registry.PutAsJsonAsync("/api/v1/plugins/Clock/trust", new { level = "internal", reason = "mine, and Rita could decide" });
        await raised.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "trust.own_plugin");
    }

    [Fact]
    public async Task A_policy_that_is_changed_bounds_what_can_be_granted_and_offered_at_once()
    {
        await _ana.InstallAsync("Clock", "1.0.0", "network:http-client");
        await PolicyAsync("quarantined", new { auto_update = false });
        await PolicyAsync("untrusted", new { capability_ceiling = Array.Empty<string>() });
        await PolicyAsync("community", new { capability_ceiling = Array.Empty<string>(), cool_down_seconds = 3600 });
        (await _registry.PutAsJsonAsync("/api/v1/plugins/Clock/trust", new { level = "community", reason = "lower" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await _server.PublishAsync(TestPackages.FrontEnd("Clock", "1.1.0"));

        var ben = await _server.CreateUserAsync();
        await Eventually.TrueAsync(async () =>
        {
            using var install = await ben.Client.PostAsJsonAsync("/api/v1/plugins/Clock/install?dry_run=true", new { version = "1.0.0", grant = new[] { "network:http-client" } });
            return install.StatusCode == HttpStatusCode.UnprocessableEntity && (await install.Content.ReadAsStringAsync()).Contains("capability.not_permitted", StringComparison.Ordinal);
        }, "the host goes by the new ceiling");
        (await _ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/updates/available")).GetProperty("data").GetProperty("total_count").GetInt32().ShouldBe(0);
        using (var update = await _ana.Client.PostAsJsonAsync("/api/v1/plugins/Clock/update", new { }))
            await update.ShouldBeProblemAsync(HttpStatusCode.Conflict, "update.cooling_down");
        using (var named = await _ana.Client.PostAsJsonAsync("/api/v1/plugins/Clock/update", new { version = "1.1.0" }))
            named.StatusCode.ShouldBe(HttpStatusCode.OK, await named.Content.ReadAsStringAsync());

        using var wide = await _registry.PutAsJsonAsync("/api/v1/trust/policies/untrusted", new { policy = new { capability_ceiling = new[] { "network:http-client" } }, reason = "x" });
        await wide.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "trust.policy");
        (await _registry.GetFromJsonAsync<JsonElement>("/api/v1/trust/policies/community")).GetProperty("policy").GetProperty("cool_down_seconds").GetInt64().ShouldBe(3600);
    }

    [Fact]
    public async Task The_plugins_page_warns_and_the_score_is_explained()
    {
        using (var warned = await _registry.PostAsJsonAsync("/api/v1/plugins/Clock/trust/violations", new { kind = "undeclared-network", severity = "medium", action = "warn", reason = "It calls home." }))
            warned.StatusCode.ShouldBe(HttpStatusCode.Created, await warned.Content.ReadAsStringAsync());

        (await AsAnaAsync("/api/v1/plugins/Clock")).GetProperty("warnings").EnumerateArray().ShouldHaveSingleItem().GetProperty("reason").GetString().ShouldBe("It calls home.");
        var trust = await AsAnaAsync("/api/v1/plugins/Clock/trust");
        trust.GetProperty("assessment").GetProperty("terms").EnumerateArray().Single(term => term.GetProperty("source").GetString() == "violations").GetProperty("points").GetInt32().ShouldBe(-15);
        trust.GetProperty("assessment").GetProperty("not_assessed").GetArrayLength().ShouldBeGreaterThanOrEqualTo(0);
    }

    [Fact]
    public async Task The_list_for_hosts_is_answered_with_304_while_nothing_changes()
    {
        using var first = await _registry.GetAsync("/api/v1/trust/quarantines");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/api/v1/trust/quarantines");
        again.Headers.TryAddWithoutValidation("If-None-Match", first.Headers.ETag!.ToString());
        (await _registry.SendAsync(again)).StatusCode.ShouldBe(HttpStatusCode.NotModified);

        await QuarantineAsync("plugin", "Clock", "x");

        using var changed = await _registry.GetAsync("/api/v1/trust/quarantines");
        changed.Headers.ETag.ShouldNotBe(first.Headers.ETag);
        (await changed.Content.ReadAsStringAsync()).ShouldNotContain("set_by");
    }

    [Fact]
    public async Task Bad_requests_about_trust_say_what_is_wrong()
    {
        await BadAsync("/api/v1/trust/quarantines", new { kind = "planet", subject = "x", reason = "x" }, "trust.kind");
        await BadAsync("/api/v1/trust/quarantines", new { kind = "plugin", subject = "../x", reason = "x" }, "trust.subject");
        await BadAsync("/api/v1/trust/quarantines", new { kind = "plugin", subject = "Clock" }, "trust.reason");
        await BadAsync("/api/v1/trust/quarantines", new { kind = "plugin", subject = "Clock", reason = "x", expires = "2001-01-01T00:00:00Z" }, "trust.expiry");
        await BadAsync("/api/v1/plugins/Clock/trust/violations", new { kind = "k", severity = "awful", action = "warn", reason = "x" }, "trust.severity");
        await BadAsync("/api/v1/plugins/Clock/trust/violations", new { kind = "k", severity = "low", action = "delete", reason = "x" }, "trust.action");
        await BadAsync("/api/v1/plugins/Clock/trust/violations", new { kind = "", severity = "low", action = "warn", reason = "x" }, "trust.kind");
        await BadAsync("/api/v1/plugins/Clock/trust/requests", new { level = "super", reason = "x" }, "trust.level");
        await BadAsync("/api/v1/plugins/Clock/trust/requests", new { level = "verified", reason = "x", evidence = new string('e', 20_000) }, "trust.evidence");
        using (var level = await _registry.GetAsync("/api/v1/trust/policies/super"))
            await level.ShouldBeProblemAsync(HttpStatusCode.NotFound, "trust.level_unknown");
        using (var lift = await _registry.DeleteAsync("/api/v1/trust/quarantines/nothing?reason=x"))
            await lift.ShouldBeProblemAsync(HttpStatusCode.NotFound, "quarantine.unknown");
        using var violation = await _registry.DeleteAsync("/api/v1/trust/violations/nothing?reason=x");
        await violation.ShouldBeProblemAsync(HttpStatusCode.NotFound, "violation.unknown");
    }

    private async Task BadAsync(string path, object body, string code)
    {
        using var response = await _registry.PostAsJsonAsync(path, body);
        await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, code);
    }

    private async Task<string> QuarantineAsync(string kind, string subject, string reason)
    {
        using var response = await _registry.PostAsJsonAsync("/api/v1/trust/quarantines", new { kind, subject, reason });
        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    private async Task LiftAsync(string id) =>
        (await _registry.DeleteAsync($"/api/v1/trust/quarantines/{id}?reason=over")).StatusCode.ShouldBe(HttpStatusCode.OK);

    private async Task PolicyAsync(string level, object policy)
    {
        using var response = await _registry.PutAsJsonAsync($"/api/v1/trust/policies/{level}", new { policy, reason = "stricter" });
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
    }

    private async Task<JsonElement> AsAnaAsync(string path)
    {
        using var ana = _server.Registry(_ana.Token);
        return await ana.GetFromJsonAsync<JsonElement>(path);
    }

    private async Task<string> LevelAsync(string slug) =>
        (await _registry.GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{slug}/trust")).GetProperty("level").GetString()!;

    private async Task<TestUser> CreateAsync(string name, params string[] roles)
    {
        using var admin = _server.Host();
        using var response = await admin.PostAsJsonAsync("/api/v1/admin/users", new { username = name, roles });
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        return new TestUser(body.GetProperty("id").GetString()!, body.GetProperty("token").GetString()!, _server.Host(body.GetProperty("token").GetString()!));
    }

    private Task UntilAsync(string address, HttpStatusCode status) => Eventually.TrueAsync(
        async () =>
        {
            try
            {
                using var response = await _ana.Client.GetAsync(address);
                return response.StatusCode == status;
            }
            catch (HttpRequestException)
            {
                return false; // it ran on its request's own thread when it was stopped: nobody could answer, the connection ends
            }
        },
        $"{address} answers {status}");
}
