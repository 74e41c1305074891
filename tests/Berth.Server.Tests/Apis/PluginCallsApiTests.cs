using Berth.Data.Sessions;

namespace Berth.Server.Tests.Apis;

public sealed class PluginCallsApiTests(PluginCallsApiTests.Shared shared) : IClassFixture<PluginCallsApiTests.Shared>
{
    private readonly TestServer _server = shared.Server;
    private readonly TestUser _ana = shared.Ana;

    [Fact]
    public async Task R26_Each_user_is_answered_by_the_version_that_is_theirs()
    {
        var ben = await _server.CreateUserAsync();
        await ben.InstallAsync("Echo", "1.1.0");
        for (var i = 0; i < 5; i++)
        {
            (await _ana.Client.GetStringAsync("/p/Echo/version")).ShouldBe("1.0.0");
            (await ben.Client.GetStringAsync("/p/Echo/version")).ShouldBe("1.1.0");
        }

        (await ben.Client.GetStringAsync("/p/Echo/context")).ShouldBe("Echo 1.1.0");
    }

    [Fact]
    public async Task After_update_and_rollback_the_other_version_answers_with_the_data_that_goes_with_it()
    {
        var ben = await _server.CreateUserAsync();
        await ben.InstallAsync("Echo", "1.0.0");
        (await ben.Client.PutAsync("/p/Echo/data/note", new StringContent("\"mine\""))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ben.Client.PostAsJsonAsync("/api/v1/plugins/Echo/update", new { })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ben.Client.GetStringAsync("/p/Echo/version")).ShouldBe("1.1.0");
        (await ben.Client.GetStringAsync("/p/Echo/data/note")).ShouldBe("{\"v\":2,\"value\":\"mine\"}");
        (await ben.Client.PostAsync("/api/v1/plugins/Echo/rollback", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ben.Client.GetStringAsync("/p/Echo/version")).ShouldBe("1.0.0");
        (await ben.Client.GetStringAsync("/p/Echo/data/note")).ShouldBe("\"mine\"");
    }

    [Fact]
    public async Task The_callers_identity_and_data_reach_the_plugin_and_nobody_elses()
    {
        var ben = await _server.CreateUserAsync();
        await ben.InstallAsync("Echo", "1.0.0");
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => (i % 2 == 0 ? _ana : ben).Client.GetStringAsync("/p/Echo/me")));
        for (var i = 0; i < 60; i++)
            answers[i].ShouldBe(i % 2 == 0 ? _ana.Id : ben.Id);
        (await ben.Client.PutAsync("/p/Echo/data/secret", new StringContent("1"))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await _ana.Client.GetAsync("/p/Echo/data/secret")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_callers_token_and_session_do_not_reach_the_plugin()
    {
        _ana.Client.DefaultRequestHeaders.TryAddWithoutValidation("X-Own", "1");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/p/Echo/headers");
        request.Headers.Add("Cookie", "berth_session=berth_ses_x; own=1");
        using var response = await _ana.Client.SendAsync(request);
        var names = (await response.Content.ReadAsStringAsync()).Split(' ');
        names.ShouldContain("X-Own");
        names.ShouldNotContain("Authorization");
        names.ShouldNotContain("Berth-Antiforgery");
    }

    [Theory]
    [InlineData("/p/Nothing/version", HttpStatusCode.NotFound, "plugin.not_installed")]
    [InlineData("/p/Echo/nothing", HttpStatusCode.NotFound, "plugin.no_endpoint")]
    [InlineData("/p/Echo", HttpStatusCode.NotFound, "plugin.no_endpoint")]
    [InlineData("/p/Echo/echo", HttpStatusCode.MethodNotAllowed, "plugin.method")]
    [InlineData("/p/Echo/throw", HttpStatusCode.BadGateway, "plugin.crashed")]
    [InlineData("/p/Echo/slow?ms=many", HttpStatusCode.BadRequest, "request.invalid")]
    [InlineData("/p/Guarded/denied", HttpStatusCode.Forbidden, "guard.denied")]
    [InlineData("/p/Guarded/thrown", HttpStatusCode.Forbidden, "guard.failed")]
    [InlineData("/p/Guarded/missing", HttpStatusCode.Forbidden, "guard.missing")]
    [InlineData("/p/Clock/x", HttpStatusCode.NotFound, "plugin.no_endpoint")]
    public async Task Each_failure_has_its_status_and_code(string path, HttpStatusCode status, string code)
    {
        using var response = await _ana.Client.GetAsync(path);
        await response.ShouldBeProblemAsync(status, code);
        response.Headers.Contains("X-Half").ShouldBeFalse();
    }

    [Fact]
    public async Task A_disabled_plugin_answers_404_and_works_again_once_enabled()
    {
        var ben = await _server.CreateUserAsync();
        await ben.InstallAsync("Echo");
        (await ben.Client.PatchAsJsonAsync("/api/v1/plugins/Echo", new { enabled = false })).StatusCode.ShouldBe(HttpStatusCode.OK);
        using (var response = await ben.Client.GetAsync("/p/Echo/version"))
            await response.ShouldBeProblemAsync(HttpStatusCode.NotFound, "plugin.disabled");
        (await ben.Client.PatchAsJsonAsync("/api/v1/plugins/Echo", new { enabled = true })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ben.Client.GetAsync("/p/Echo/version")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_capability_works_when_granted_and_is_403_when_not()
    {
        var target = new Uri(_server.HostUrl + "/health/live");
        var path = "/p/Echo/http?url=" + Uri.EscapeDataString(target.ToString());
        using (var denied = await _ana.Client.GetAsync(path))
        {
            var problem = await denied.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "capability.denied");
            problem.GetProperty("detail").GetString()!.ShouldContain("network:http-client");
        }

        var ben = await _server.CreateUserAsync();
        await ben.InstallAsync("Echo", "1.0.0", "network:http-client");
        (await ben.Client.GetStringAsync(path)).ShouldContain("healthy");
        // The same instance still refuses who did not grant it.
        (await _ana.Client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        // A connection that was allowed is no failure, and what was denied is none that succeeded.
        await Eventually.TrueAsync(async () => await OutcomesAsync("network.connection_opened") is { Length: > 0 }, "the connection is in the audit");
        (await OutcomesAsync("network.connection_opened")).Distinct().ShouldBe(["succeeded"]);
        await Eventually.TrueAsync(async () => await OutcomesAsync("security.capability_denied") is { Length: > 0 }, "the denial is in the audit");
        (await OutcomesAsync("security.capability_denied")).Distinct().ShouldBe(["failed"]);
    }

    private async Task<string[]> OutcomesAsync(string action) => [.. await _server.Server.Services.GetRequiredService<IDatabase>().ReadAsync(session =>
        session.QueryAsync<string>("SELECT outcome FROM audit WHERE action = @action", new { action }))];

    [Theory]
    [InlineData("ThrowsInStart")]
    [InlineData("ThrowsInConstructor")]
    [InlineData("ThrowsInConfigureServices")]
    [InlineData("ThrowsInMapEndpoints")]
    [InlineData("NotAnAssembly")]
    [InlineData("MissingDependency")]
    public async Task R37_A_plugin_that_cannot_start_hurts_nobody_else(string slug)
    {
        var ben = await _server.CreateUserAsync();
        using var install = await ben.Client.PostAsJsonAsync($"/api/v1/plugins/{slug}/install", new { });
        using (var call = await ben.Client.GetAsync($"/p/{slug}/anything"))
        {
            ((int)call.StatusCode).ShouldBeOneOf([404, 503], await call.Content.ReadAsStringAsync());
            await call.ShouldBeProblemAsync();
            if (call.StatusCode == HttpStatusCode.ServiceUnavailable)
                call.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        }

        if (!install.IsSuccessStatusCode)
            await install.ShouldBeProblemAsync();
        (await _ana.Client.GetStringAsync("/p/Echo/version")).ShouldBe("1.0.0");
        (await ben.Client.DeleteAsync($"/api/v1/plugins/{slug}")).StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task R37_Crashes_of_one_plugin_do_not_disturb_calls_of_another_or_of_itself()
    {
        var calls = await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            using var response = await _ana.Client.GetAsync(i % 2 == 0 ? "/p/Echo/throw" : i % 4 == 1 ? "/p/Guarded/allowed" : "/p/Echo/version");
            return (i, response.StatusCode);
        }));
        foreach (var (i, status) in calls)
            status.ShouldBe(i % 2 == 0 ? HttpStatusCode.BadGateway : HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_crash_in_the_middle_of_an_answer_breaks_the_connection_instead_of_ending_well()
    {
        await Should.ThrowAsync<Exception>(async () =>
        {
            using var response = await _ana.Client.GetAsync("/p/Echo/throw-late");
            await response.Content.ReadAsStringAsync();
        });
        (await _ana.Client.GetStringAsync("/p/Echo/version")).ShouldBe("1.0.0");
    }

    [Fact]
    public async Task An_answer_streams_while_it_is_made()
    {
        using var response = await _ana.Client.GetAsync("/p/Echo/stream?parts=300", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        (await reader.ReadLineAsync()).ShouldBe("data: 0");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
    }

    /// <summary>Sends and reads at once: the echo answers while it reads, and an HttpClient that first sends all and then reads would wait for itself.</summary>
    private async Task<(string Head, byte[] Body)> EchoAsync(byte[] bytes, string type)
    {
        var address = new Uri(_server.HostUrl);
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(address.Host, address.Port);
        var stream = socket.GetStream();
        var reading = Task.Run(async () =>
        {
            using var all = new MemoryStream();
            await stream.CopyToAsync(all);
            return all.ToArray();
        });

        // HTTP/1.0: the answer is not cut into chunks and ends with the connection.
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /p/Echo/echo HTTP/1.0\r\nHost: {address.Authority}\r\nAuthorization: Bearer {_ana.Token}\r\nContent-Type: {type}\r\nContent-Length: {bytes.Length}\r\n\r\n"));
        await stream.WriteAsync(bytes);
        var answer = await reading;
        var end = answer.AsSpan().IndexOf("\r\n\r\n"u8);
        return (Encoding.ASCII.GetString(answer, 0, end), answer[(end + 4)..]);
    }

    [Fact]
    public async Task Big_bodies_go_both_ways_unchanged()
    {
        var bytes = new byte[8 * 1024 * 1024];
        new Random(7).NextBytes(bytes);
        var (head, body) = await EchoAsync(bytes, "application/x-own");
        head.ShouldStartWith("HTTP/1.1 200 ");
        head.ShouldContain("Content-Type: application/x-own");
        body.AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        (await _ana.Client.GetByteArrayAsync("/p/Echo/large?kb=20000")).Length.ShouldBe(20000 * 1024);
    }

    [Theory]
    [InlineData(204)]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(418)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task The_plugins_own_answers_pass_unchanged(int code)
    {
        using var response = await _ana.Client.GetAsync($"/p/Echo/status/{code}");
        ((int)response.StatusCode).ShouldBe(code);
        (await response.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Path_base_path_and_query_are_the_plugins_own()
    {
        (await _ana.Client.GetStringAsync("/p/Echo/where?a=1&b=%20")).ShouldBe("/p/Echo|/where|?a=1&b=%20");
        (await _ana.Client.GetStringAsync("/p/echo/where")).ShouldBe("/p/echo|/where|");
    }

    [Fact]
    public async Task Json_binding_works_through_the_route()
    {
        using var response = await _ana.Client.PostAsJsonAsync("/p/Echo/json", new { text = "hello" });
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("text").GetString().ShouldBe("hello!");
    }

    [Fact]
    public async Task A_read_token_calls_but_does_not_write()
    {
        using var client = _server.Host(await _ana.CreateTokenAsync("read"));
        (await client.GetStringAsync("/p/Echo/version")).ShouldBe("1.0.0");
        using var refused = await client.PostAsync("/p/Echo/echo", new StringContent("x"));
        await refused.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.scope");
    }

    [Fact]
    public async Task A_plugins_document_is_inert()
    {
        using var response = await _ana.Client.GetAsync("/p/Echo/version");
        response.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("sandbox");
        response.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
    }

    public sealed class Shared : ServerFixture
    {
        public TestUser Ana { get; private set; } = null!;

        // These tests are about single calls: no breaker comes between them.
        protected override void Configure(WebApplicationBuilder builder) => builder.Services.AddSingleton(new Berth.Host.HostOptions
        {
            // The test's own server, which Echo asks, is on this machine.
            Network = new() { Rules = Berth.Host.Isolation.Network.NetworkRule.Parse("* private 127.0.0.0/8:*") },
            Breaker = new() { Limits = new Dictionary<string, Berth.Host.Health.BreakerLimits> { ["internal"] = new() { FailureThreshold = 1000 } } },
        });

        protected override async Task PrepareAsync()
        {
            string[] faulty = ["ThrowsInStart", "ThrowsInConstructor", "ThrowsInConfigureServices", "ThrowsInMapEndpoints", "NotAnAssembly", "MissingDependency"];
            await Server.PublishAsync([Golden.Package("Echo"), Golden.Package("Echo", "1.1.0"), Golden.Package("Guarded"), TestPackages.FrontEnd(), .. faulty.Select(slug => Golden.Package(slug))]);
            Ana = await Server.CreateUserAsync();
            await Ana.InstallAsync("Echo", "1.0.0");
            await Ana.InstallAsync("Guarded");
            await Ana.InstallAsync("Clock");
        }
    }
}
