namespace Berth.Server.Tests.Observability;

/// <summary>What the worker of a plugin uses, wherever administrators look.</summary>
public sealed class WorkerFiguresApiTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        await _server.PublishAsync(Golden.EchoAt("EchoApart", "process"), Golden.EchoAt("EchoBeside", null));
        var ana = await _server.CreateUserAsync();
        foreach (var slug in (string[])["EchoApart", "EchoBeside"])
        {
            await ana.InstallAsync(slug);
            (await ana.Client.GetStringAsync($"/p/{slug}/version")).ShouldBe("1.0.0");
        }
    }

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task Instances_statistics_and_metrics_tell_memory_and_processor_time_of_a_worker_and_of_nothing_else()
    {
        using var admin = _server.Host();
        var instances = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/instances")).GetProperty("instances").EnumerateArray().ToDictionary(one => one.GetProperty("slug").GetString()!);
        var worker = instances["EchoApart"].GetProperty("worker");
        worker.GetProperty("memory_bytes").GetInt64().ShouldBeGreaterThan(5 << 20);
        worker.GetProperty("memory_limit_bytes").GetInt64().ShouldBe(256 << 20);
        worker.GetProperty("cpu_seconds").GetDouble().ShouldBeGreaterThan(0);
        worker.GetProperty("out_of_memory_kills").GetInt64().ShouldBe(0);
        File.Exists($"/proc/{worker.GetProperty("process_id").GetInt32()}/stat").ShouldBeTrue();
        instances["EchoBeside"].GetProperty("worker").ValueKind.ShouldBe(JsonValueKind.Null);

        var statistics = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/stats")).GetProperty("memory").GetProperty("per_instance").EnumerateArray().ToDictionary(one => one.GetProperty("slug").GetString()!);
        statistics["EchoApart"].GetProperty("worker_memory_bytes").GetInt64().ShouldBeGreaterThan(5 << 20);
        statistics["EchoApart"].GetProperty("worker_cpu_ms").GetDouble().ShouldBeGreaterThan(0);

        var metrics = PrometheusText.Read(await admin.GetStringAsync("/metrics"));
        metrics["plugin_process_resident_memory_bytes{plugin_slug=\"EchoApart\"}"].ShouldBeGreaterThan(5 << 20);
        metrics["plugin_process_cpu_seconds_total{plugin_slug=\"EchoApart\"}"].ShouldBeGreaterThan(0);
        var spares = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/isolation")).GetProperty("spares").GetProperty("waiting").EnumerateArray().ToList();
        spares.ShouldAllBe(spare => spare.GetProperty("level").GetString() == "process" && spare.GetProperty("memory_bytes").GetInt64() > 0);
        PrometheusText.Read(await admin.GetStringAsync("/metrics"))["worker_spares{level=\"process\"}"].ShouldBeInRange(0, 1);
        metrics.Of("plugin_process_resident_memory_bytes").Select(sample => sample["plugin_slug"]).ShouldBe(["EchoApart"]);
        metrics.Of("plugin_process_cpu_seconds_total").Select(sample => sample["plugin_slug"]).ShouldBe(["EchoApart"]);
    }
}
