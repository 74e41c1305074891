using System.Net.Http.Headers;
using Berth.Server.Configuration;

namespace Berth.Server.Tests.Observability;

/// <summary>What a collector of metrics reads over real HTTP.</summary>
public sealed class MetricsApiTests(MetricsApiTests.Shared shared) : IClassFixture<MetricsApiTests.Shared>
{
    private const string ScrapeToken = "scrape-and-nothing-else";
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task R47_After_N_requests_the_request_metrics_say_N()
    {
        const int Answered = 23, Thrown = 4, Missing = 2;
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Echo");
        var before = await ScrapeAsync();
        await TimesAsync(Answered, ana, "/p/Echo/version", HttpStatusCode.OK);
        await TimesAsync(Thrown, ana, "/p/Echo/throw", HttpStatusCode.BadGateway);
        await TimesAsync(Missing, ana, "/p/Echo/there-is-nothing", HttpStatusCode.NotFound);

        // The framework measures a request when it has ended, a moment after its client has the answer.
        var after = before;
        await Eventually.TrueAsync(
            async () =>
            {
                after = await ScrapeAsync();
                return Http("404") >= Missing && Http("502") >= Thrown && Http("200") >= Answered;
            },
            "all requests are measured");

        Grown("plugin_requests_total{outcome=\"succeeded\",plugin_slug=\"Echo\"}").ShouldBe(Answered);
        Grown("plugin_requests_total{outcome=\"failed\",plugin_slug=\"Echo\"}").ShouldBe(Thrown);
        Grown("plugin_requests_total{outcome=\"refused\",plugin_slug=\"Echo\"}").ShouldBe(Missing);
        Grown("plugin_request_errors_total{plugin_slug=\"Echo\",reason=\"failed\"}").ShouldBe(Thrown);
        Grown("plugin_request_duration_seconds_count{plugin_slug=\"Echo\"}").ShouldBe(Answered + Thrown + Missing);
        Grown("plugin_request_duration_seconds_sum{plugin_slug=\"Echo\"}").ShouldBeGreaterThan(0);
        Http("200").ShouldBe(Answered);
        Http("502").ShouldBe(Thrown);
        Http("404").ShouldBe(Missing);

        double Grown(string series) => after[series] - before[series];
        double Http(string status) => Requests(after, status) - Requests(before, status);
    }

    [Fact]
    public async Task Operations_are_counted_by_kind_plugin_and_end()
    {
        var before = await ScrapeAsync();
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Clock");
        (await ana.Client.PostAsJsonAsync("/api/v1/plugins/Clock/install", new { })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await ana.Client.PostAsJsonAsync("/api/v1/plugins/NotThereAtAll/install", new { })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ana.Client.DeleteAsync("/api/v1/plugins/Clock")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var after = await ScrapeAsync();

        Grown("plugin_operations_total{operation=\"install\",plugin_slug=\"Clock\",status=\"succeeded\"}").ShouldBe(1);
        Grown("plugin_operations_total{operation=\"install\",plugin_slug=\"Clock\",status=\"refused\"}").ShouldBe(1);
        Grown("plugin_operations_total{operation=\"install\",plugin_slug=\"other\",status=\"refused\"}").ShouldBe(1);
        Grown("plugin_operations_total{operation=\"uninstall\",plugin_slug=\"Clock\",status=\"succeeded\"}").ShouldBe(1);
        Grown("plugin_operation_duration_seconds_count{operation=\"install\",plugin_slug=\"Clock\",status=\"succeeded\"}").ShouldBe(1);
        after.Samples.ShouldNotContain(sample => sample["plugin_slug"] == "NotThereAtAll", "who asks for plugins makes no series");

        double Grown(string series) => after[series] - before[series];
    }

    [Fact]
    public async Task The_pool_the_caches_and_the_runtime_are_there()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Echo");
        (await ana.Client.GetAsync("/p/Echo/version")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var metrics = await ScrapeAsync();

        metrics["active_lifecycle_managers{}"].ShouldBe(1);
        metrics["plugin_instances{state=\"loaded\"}"].ShouldBe(1);
        metrics["plugin_instances{state=\"leaked\"}"].ShouldBe(0);
        metrics.Of("plugin_instances").Count().ShouldBe(Enum.GetNames<Berth.Host.States.InstanceState>().Length);
        metrics["plugin_instance_leases{plugin_slug=\"Echo\"}"].ShouldBe(0);
        metrics["plugin_loads_total{outcome=\"succeeded\",plugin_slug=\"Echo\"}"].ShouldBe(1);
        metrics["plugin_memory_usage_bytes{plugin_slug=\"Echo\"}"].ShouldBe(new FileInfo(Path.Combine(AppContext.BaseDirectory, "fixtures", "Echo", "1.0.0", "lib", "net10.0", "Echo.dll")).Length);
        metrics["events_published_total{type=\"berth.loading.completed\"}"].ShouldBe(1);
        metrics.Of("cache_hits_total").Select(sample => sample["cache"]).ShouldBe(["installations", "versions", "files", "manifest", "verification", "scan", "declaration"], ignoreOrder: true);
        metrics["plugin_breaker_state{plugin_slug=\"Echo\"}"].ShouldBe(0);
        metrics["plugin_allocated_bytes_total{plugin_slug=\"Echo\"}"].ShouldBeGreaterThan(0);
        metrics["cache_hits_total{cache=\"installations\"}"].ShouldBeGreaterThan(0);
        metrics.Types.Keys.ShouldContain(name => name.StartsWith("dotnet_gc_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_label_holds_a_user_a_path_or_a_token()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Echo");
        (await ana.Client.GetAsync("/p/Echo/data/my-diary?key=secret")).Dispose();
        (await ana.Client.GetAsync($"/no/such/place/{ana.Id}")).Dispose();
        using var client = _server.Host(ScrapeToken);

        var text = await client.GetStringAsync("/metrics");

        foreach (var one in new[] { ana.Id, ana.Token, ScrapeToken, TestServer.AdminToken, "my-diary", "secret", "/no/such/place" })
            text.ShouldNotContain(one, Case.Insensitive);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("wrong-and-nothing-else", HttpStatusCode.Unauthorized)]
    [InlineData(ScrapeToken, HttpStatusCode.OK)]
    [InlineData(TestServer.AdminToken, HttpStatusCode.OK)]
    public async Task Only_the_collector_and_administrators_read_them(string? token, HttpStatusCode status)
    {
        using var host = _server.Host(token);
        (await host.GetAsync("/metrics")).StatusCode.ShouldBe(status);
        using var registry = _server.Registry(token);
        (await registry.GetAsync("/metrics")).StatusCode.ShouldBe(status);
        var ana = await _server.CreateUserAsync();
        await (await ana.Client.GetAsync("/metrics")).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.administrator");
    }

    [Fact]
    public async Task The_collectors_token_opens_nothing_else()
    {
        using var client = _server.Host(ScrapeToken);
        (await client.GetAsync("/api/v1/plugins/system/stats")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await client.GetAsync("/api/v1/plugins/")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await client.PostAsync("/metrics", null)).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task Without_a_collectors_token_administrators_read_them_and_nobody_else_does()
    {
        await using var server = await TestServer.StartAsync();
        using var nobody = server.Host(token: null);
        await (await nobody.GetAsync("/metrics")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        using var empty = server.Host(token: "");
        (await empty.GetAsync("/metrics")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var admin = server.Host();
        PrometheusText.Read(await admin.GetStringAsync("/metrics")).Types.ShouldContainKey("active_lifecycle_managers");
    }

    [Fact]
    public async Task The_registry_has_its_own_and_none_of_the_host()
    {
        using var registry = _server.Registry(ScrapeToken);
        (await registry.GetAsync("/api/v1/plugins/Echo")).StatusCode.ShouldNotBe(HttpStatusCode.OK);
        var metrics = PrometheusText.Read(await registry.GetStringAsync("/metrics"));
        metrics.Types.ShouldContainKey("http_server_request_duration_seconds");
        metrics.Types.ShouldNotContainKey("active_lifecycle_managers");
        metrics.Of("http_server_request_duration_seconds_count").ShouldNotContain(sample => sample["http_route"] == "/p/{slug}/{**path}");
    }

    [Fact]
    public async Task Who_asks_for_OpenMetrics_gets_it()
    {
        using var client = _server.Host(ScrapeToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        client.DefaultRequestHeaders.Accept.Clear();
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text;version=1.0.0"));
        using var response = await client.SendAsync(request);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/openmetrics-text");
        (await response.Content.ReadAsStringAsync()).ShouldEndWith("# EOF\n");
    }

    private static double Requests(PrometheusText metrics, string status) => metrics.Of("http_server_request_duration_seconds_count")
        .Where(sample => sample["http_route"] == "/p/{slug}/{**path}" && sample["http_response_status_code"] == status).Sum(sample => sample.Value);

    private static async Task TimesAsync(int times, TestUser user, string path, HttpStatusCode status)
    {
        for (var i = 0; i < times; i++)
        {
            using var response = await user.Client.GetAsync(path);
            response.StatusCode.ShouldBe(status);
        }
    }

    private async Task<PrometheusText> ScrapeAsync()
    {
        using var client = _server.Host(ScrapeToken);
        return PrometheusText.Read(await client.GetStringAsync("/metrics"));
    }

    public sealed class Shared : ServerFixture
    {
        protected override BerthSettings Change(BerthSettings settings) => settings with { MetricsToken = ScrapeToken };

        protected override Task PrepareAsync() => Server.PublishAsync(Golden.Package("Echo"), TestPackages.FrontEnd());
    }
}
