using Berth.Cli.Commands;
using Berth.Cli.Http;
using Berth.Cli.Output;
using Microsoft.AspNetCore.Http;

namespace Berth.Cli.Tests.Commands;

public sealed class TopCommandTests : ScriptedServerTests
{
    private const string Path = "/api/v1/plugins/system/instances";

    private const string Two = """
        {"instances":[
          {"slug":"Notes","version":"1.0.0","state":"loaded","isolation":"none","leases":2,"calls":90,"failures":1,"calls_per_second":1.5,"failures_per_second":0.02,"p50_ms":0.4,"p95_ms":2.125,"p99_ms":3,"breaker":{"state":"closed","opened":0},"allocated_bytes":1572864},
          {"slug":"Busy","version":"2.0.0","state":"loaded","isolation":"process","worker":{"process_id":7,"memory_bytes":50331648,"memory_limit_bytes":268435456,"cpu_seconds":3.5,"out_of_memory_kills":0},"leases":0,"calls":9000,"failures":0,"calls_per_second":150,"failures_per_second":0,"p50_ms":0.1,"p95_ms":0.3,"p99_ms":0.5,"last_failure":null}]}
        """;

    [Fact]
    public async Task One_sample_has_a_line_an_instance_the_busiest_first()
    {
        Server.On("GET", Path, 200, Two);
        var result = await Cli.RunAsync("top", "--once");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Lines.ShouldBe(
        [
            "Busy\t2.0.0\tloaded\tprocess\t0\t150\t0\t0.1\t0.3\t-\t-\t48 MiB\t3.5 s",
            "Notes\t1.0.0\tloaded\tnone\t2\t1.5\t0.02\t0.4\t2.13\tclosed\t1.5 MiB\t-\t-",
        ]);
    }

    [Theory]
    [InlineData("errors", "Notes")]
    [InlineData("p95", "Notes")]
    [InlineData("leases", "Notes")]
    [InlineData("allocated", "Notes")]
    [InlineData("name", "Busy")]
    [InlineData("calls", "Busy")]
    [InlineData("memory", "Busy")]
    [InlineData("cpu", "Busy")]
    public async Task It_is_sorted_as_asked(string sort, string first)
    {
        Server.On("GET", Path, 200, Two);
        (await Cli.RunAsync("top", "--once", "--sort", sort, "--json")).Json.GetProperty("instances")[0].GetProperty("slug").GetString().ShouldBe(first);
    }

    [Fact]
    public async Task A_figure_that_the_host_does_not_have_is_a_dash_and_no_member()
    {
        Server.On("GET", Path, 200, """{"instances":[{"slug":"Old","version":"1.0.0","state":"loaded","leases":0,"calls":1,"failures":0}]}""");
        (await Cli.RunAsync("top", "--once")).Lines.ShouldBe(["Old\t1.0.0\tloaded\t-\t0\t-\t-\t-\t-\t-\t-\t-\t-"]);
        (await Cli.RunAsync("top", "--once", "--json")).Json.GetProperty("instances")[0].TryGetProperty("p95Ms", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Without_a_terminal_it_goes_on_with_a_sample_after_the_other_until_it_is_stopped()
    {
        using var stop = new CancellationTokenSource();
        var asked = 0;
        Server.On("GET", Path, async context =>
        {
            if (++asked == 3)
            {
                await stop.CancelAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return;
            }

            await context.Response.WriteAsync(Two);
        });
        var result = await Cli.RunAsync(stop.Token, "top", "--json", "--every", "0.1");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Error.ShouldBeEmpty();
        result.Lines.Count.ShouldBe(2);
        foreach (var line in result.Lines)
        {
            var sample = System.Text.Json.JsonDocument.Parse(line).RootElement;
            sample.GetProperty("schemaVersion").GetInt32().ShouldBe(1);
            sample.GetProperty("instances").GetArrayLength().ShouldBe(2);
            sample.GetProperty("at").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UnixEpoch);
        }
    }

    [Fact]
    public async Task On_a_terminal_it_is_drawn_anew_with_each_sample()
    {
        using var stop = new CancellationTokenSource();
        var asked = 0;
        Server.On("GET", Path, async context =>
        {
            if (++asked == 3)
            {
                await stop.CancelAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return;
            }

            await context.Response.WriteAsync(Two);
        });
        Cli.IsTerminal = true;
        var result = await Cli.RunAsync(stop.Token, "top", "--every", "0.1");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Out.ShouldContain("PLUGIN");
        result.Out.ShouldContain("Busy");
        result.Out.Split("PLUGIN").Length.ShouldBeGreaterThan(2, "each sample is drawn");
    }

    [Fact]
    public void The_processor_is_a_share_between_two_samples_of_the_same_worker_and_nothing_for_a_new_one()
    {
        var shares = new ProcessorShares([Instance("A", 1, 2), Instance("B", 2, 5)], [Instance("A", 1, 3), Instance("B", 3, 0.5)], TimeSpan.FromSeconds(4));
        shares.Of(Instance("A", 1, 3)).ShouldBe(25);
        shares.Of(Instance("B", 3, 0.5)).ShouldBeNull();
        TopView.Rows([Instance("A", 1, 3), Instance("B", 3, 0.5)], "cpu", shares).Select(row => row[^1]).ShouldBe(["25 %", "0.5 s"]);
    }

    private static InstanceEntry Instance(string slug, int process, double seconds) =>
        new(slug, "1.0.0", "loaded", "process", 0, 0, 0, null, null, null, null, null, null, null, null) { Worker = new WorkerEntry(process, 1, 2, seconds, 0) };

    [Fact]
    public async Task What_the_server_refuses_ends_it_like_any_other_command()
    {
        Server.Fails("GET", Path, 403, "auth.administrator");
        (await Cli.RunAsync("top")).Exit.ShouldBe(ExitCode.NotAllowed);
        (await Cli.RunAsync("top", "--sort", "colour")).Exit.ShouldBe(ExitCode.Usage);
        (await Cli.RunAsync("top", "--every", "0")).Exit.ShouldBe(ExitCode.Usage);
    }
}
