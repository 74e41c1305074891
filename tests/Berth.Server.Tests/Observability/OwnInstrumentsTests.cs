using System.Diagnostics.Metrics;
using Berth.Server.Observability;

namespace Berth.Server.Tests.Observability;

/// <summary>How many series instruments may have: enough for what they are for, and no memory for more.</summary>
public sealed class OwnInstrumentsTests(OwnInstrumentsTests.Shared shared) : IClassFixture<OwnInstrumentsTests.Shared>
{
    private const int Plugins = 200;

    [Fact]
    public async Task Every_plugin_with_a_series_of_its_own_has_one_for_each_operation_and_outcome()
    {
        using var meter = shared.Server.Server.Services.GetRequiredService<IMeterFactory>().Create(BerthTelemetry.MeterName);
        var operations = meter.CreateCounter<long>("plugin_operations_total");
        var loads = meter.CreateCounter<long>("plugin_loads_total");
        for (var plugin = 0; plugin < Plugins; plugin++)
        {
            for (var operation = 0; operation < 12; operation++)
            {
                foreach (var status in (string[])["succeeded", "refused", "failed"])
                    operations.Add(1, new("operation", $"op{operation}"), new("plugin_slug", $"p{plugin}"), new("status", status));
            }

            foreach (var outcome in (string[])["succeeded", "failed", "reloaded", "reload_failed"])
                loads.Add(1, new("outcome", outcome), new("plugin_slug", $"p{plugin}"));
        }

        var lines = (await shared.Server.Host().GetStringAsync("/metrics")).Split('\n');
        lines.Count(line => line.StartsWith("plugin_operations_total{", StringComparison.Ordinal) && line.Contains("plugin_slug=\"p", StringComparison.Ordinal)).ShouldBe(Plugins * 12 * 3);
        lines.Count(line => line.StartsWith("plugin_loads_total{", StringComparison.Ordinal) && line.Contains("plugin_slug=\"p", StringComparison.Ordinal)).ShouldBe(Plugins * 4);
        lines.ShouldNotContain(line => line.Contains("otel_metric_overflow", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("System.Runtime", "dotnet.gc.collections", 200)]
    [InlineData("Microsoft.AspNetCore.Hosting", "http.server.request.duration", 2_000)]
    [InlineData("Berth.Server", "rate_limit_refusals_total", 500)]
    [InlineData("Berth.Host", "events_published_total", 500)]
    [InlineData("Berth.Host", "plugin_calls_total", 10_500)]
    public void No_instrument_takes_memory_for_more_series_than_it_can_have(string meter, string name, int series) =>
        OwnInstruments.SeriesOf(meter, name, Plugins).ShouldBe(series);

    public sealed class Shared : ServerFixture;
}
