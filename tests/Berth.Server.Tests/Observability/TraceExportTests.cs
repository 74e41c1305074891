using System.Diagnostics;
using System.Net.Http.Headers;
using Microsoft.Extensions.Configuration;

namespace Berth.Server.Tests.Observability;

/// <summary>Traces as a collector gets them when the standard variables name one.</summary>
public sealed class TraceExportTests
{
    private const string Caller = "00f067aa0ba902b7";

    [Fact]
    public async Task A_request_is_one_trace_from_the_server_over_the_dispatch_and_the_call_to_the_plugins_own_activity()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        await using (var server = await StartAsync(collector, "Traced"))
        {
            var ana = await server.CreateUserAsync();
            await ana.InstallAsync("Traced");
            using var response = await SendAsync(server, ana, trace, HttpMethod.Get, "/p/Traced/work");
            (await response.Content.ReadAsStringAsync()).ShouldBe(trace, "W3C context flows into the plugin");
            await SentAsync(collector, trace);
        }

        var spans = Of(collector, trace);
        var served = spans.Single(span => span.Name.StartsWith("GET", StringComparison.Ordinal));
        served.ParentId.ShouldBe(Caller);
        served.Attributes["http.route"].ShouldBe("/p/{slug}/{**path}");
        var dispatch = spans.Single(span => span.Name == "plugin dispatch");
        dispatch.ParentId.ShouldBe(served.SpanId);
        (dispatch.Attributes["plugin.slug"], dispatch.Attributes["plugin.version"], dispatch.Attributes["plugin.outcome"]).ShouldBe(("Traced", "1.0.0", "completed"));
        var call = spans.Single(span => span.Name == "plugin request");
        call.ParentId.ShouldBe(dispatch.SpanId);
        (call.Attributes["plugin.slug"], call.Attributes["plugin.version"], call.Attributes["plugin.outcome"]).ShouldBe(("Traced", "1.0.0", "succeeded"));
        spans.Single(span => span.Name == "own work").ParentId.ShouldBe(call.SpanId);
        spans.ShouldAllBe(span => !span.IsError);
    }

    [Fact]
    public async Task What_a_plugin_throws_is_an_error_of_the_call_and_of_the_dispatch()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        await using (var server = await StartAsync(collector, "Traced"))
        {
            var ana = await server.CreateUserAsync();
            await ana.InstallAsync("Traced");
            using var response = await SendAsync(server, ana, trace, HttpMethod.Get, "/p/Traced/throw");
            response.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
            await SentAsync(collector, trace);
        }

        var spans = Of(collector, trace);
        spans.Single(span => span.Name == "plugin request").ShouldSatisfyAllConditions(
            call => call.IsError.ShouldBeTrue(), call => call.Attributes["plugin.outcome"].ShouldBe("failed"));
        spans.Single(span => span.Name == "plugin dispatch").ShouldSatisfyAllConditions(
            dispatch => dispatch.IsError.ShouldBeTrue(), dispatch => dispatch.Attributes["plugin.outcome"].ShouldBe("crashed"));
    }

    [Fact]
    public async Task A_plugin_whose_manifest_wants_no_traces_has_the_dispatch_alone()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        await using (var server = await StartAsync(collector, "Echo"))
        {
            var ana = await server.CreateUserAsync();
            await ana.InstallAsync("Echo");
            using var response = await SendAsync(server, ana, trace, HttpMethod.Get, "/p/Echo/version");
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            await SentAsync(collector, trace);
        }

        var names = Of(collector, trace).Select(span => span.Name).ToList();
        names.ShouldContain("plugin dispatch");
        names.ShouldNotContain("plugin request");
    }

    [Fact]
    public async Task An_operation_is_a_span_its_steps_are_below_it_and_so_are_its_calls()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        await using (var server = await StartAsync(collector, "Traced"))
        {
            var ana = await server.CreateUserAsync();
            using var response = await SendAsync(server, ana, trace, HttpMethod.Post, "/api/v1/plugins/Traced/install");
            response.StatusCode.ShouldBe(HttpStatusCode.Created);
            await SentAsync(collector, trace);
        }

        var spans = Of(collector, trace);
        var operation = spans.Single(span => span.Name == "operation install");
        (operation.Attributes["plugin.slug"], operation.Attributes["plugin.version"], operation.Attributes["operation.status"]).ShouldBe(("Traced", "1.0.0", "succeeded"));
        var steps = spans.Where(span => span.Name.StartsWith("step ", StringComparison.Ordinal)).ToList();
        steps.Select(step => step.Name).ShouldContain("step commit");
        steps.ShouldAllBe(step => step.ParentId == operation.SpanId);
        spans.Single(span => span.Name == "plugin lifecycle").ParentId.ShouldBe(operation.SpanId);
    }

    [Fact]
    public async Task Metrics_go_to_the_collector_too()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using (var server = await StartAsync(collector, "Echo"))
        {
            var ana = await server.CreateUserAsync();
            await ana.InstallAsync("Echo");
            (await ana.Client.GetAsync("/p/Echo/version")).StatusCode.ShouldBe(HttpStatusCode.OK);
            foreach (var name in (string[])["plugin_requests_total", "plugin_operations_total", "http.server.request.duration"])
                await Eventually.TrueAsync(() => collector.Metrics.ContainsKey(name), name);
        }
    }

    // Without a propagator: this process is traced too, and its client would send a trace of its own.
    private static async Task<HttpResponseMessage> SendAsync(TestServer server, TestUser user, string trace, HttpMethod method, string path)
    {
        using var client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null });
        using var request = new HttpRequestMessage(method, server.HostUrl + path) { Content = method == HttpMethod.Post ? JsonContent.Create(new { }) : null };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", user.Token);
        request.Headers.Add("traceparent", $"00-{trace}-{Caller}-01");
        return await client.SendAsync(request);
    }

    // Activities belong to the process: those of other tests' servers arrive here as well, and have other traces.
    private static List<ReceivedSpan> Of(OtlpReceiver collector, string trace) => [.. collector.Spans.Where(span => span.TraceId == trace)];

    // What is below the request ends before it and is sent before it. A server that stops sends what it still has, but not for ever.
    private static Task SentAsync(OtlpReceiver collector, string trace) => Eventually.TrueAsync(() => Of(collector, trace).Any(span => span.ParentId == Caller), "the span of the request");

    private static async Task<TestServer> StartAsync(OtlpReceiver collector, string slug)
    {
        var server = await TestServer.StartAsync(configure: builder => builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            // Soon, and none is dropped because other tests of this process make many.
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["OTEL_BSP_MAX_QUEUE_SIZE"] = "200000",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
        }));
        await server.PublishAsync(Golden.Package(slug));
        return server;
    }
}
