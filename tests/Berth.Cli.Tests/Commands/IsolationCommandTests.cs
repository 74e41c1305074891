using System.Text.Json;
using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

public sealed class IsolationCommandTests : ScriptedServerTests
{
    private const string Path = "/api/v1/plugins/system/isolation/rules";

    private const string Rule = """
        {"kind":"publisher","subject":"acme","level":"sandbox","limits":{"memory_megabytes":128,"cpu_percent":null,"execution_seconds":5},"plugins":["Echo","Notes"],"reason":"New here.","set_by":"admin","set_at":"2026-03-01T00:00:00Z"}
        """;

    [Fact]
    public async Task Rules_are_listed_with_what_they_hit()
    {
        Server.On("GET", Path, 200, $$"""{"rules":[{{Rule}}]}""");
        var result = await Cli.RunAsync("isolation", "list");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Out.ShouldContain("acme");
        result.Out.ShouldContain("128 MB, 5 s");
        result.Out.ShouldContain("Echo Notes");
    }

    [Fact]
    public async Task A_rule_is_sent_as_it_is_meant_and_a_dry_run_says_so()
    {
        Server.On("PUT", $"{Path}/publisher/acme", 200, Rule);
        var result = await Cli.RunAsync("isolation", "set", "publisher", "acme", "sandbox", "--reason", "New here.", "--memory", "128", "--processes", "64", "--files", "256", "--file-size", "2", "--disk", "8", "--bandwidth", "100", "--dry-run");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        Server.Last.Query.ShouldBe("?dry_run=true");
        var body = JsonDocument.Parse(Server.Last.Text).RootElement;
        body.GetProperty("level").GetString().ShouldBe("sandbox");
        var limits = body.GetProperty("limits");
        limits.GetProperty("memory_megabytes").GetInt32().ShouldBe(128);
        limits.GetProperty("processes").GetInt32().ShouldBe(64);
        limits.GetProperty("open_files").GetInt32().ShouldBe(256);
        limits.GetProperty("file_size_megabytes").GetInt32().ShouldBe(2);
        limits.GetProperty("disk_megabytes").GetInt32().ShouldBe(8);
        limits.GetProperty("bandwidth_kilobytes").GetInt32().ShouldBe(100);
        result.Out.ShouldContain("would run");
    }

    [Fact]
    public async Task All_limits_of_a_rule_are_listed()
    {
        Server.On("GET", Path, 200, """{"rules":[{"kind":"plugin","subject":"Echo","level":"process","limits":{"memory_megabytes":64,"cpu_percent":50,"processes":40,"open_files":200,"file_size_megabytes":2,"disk_megabytes":8,"execution_seconds":5,"bandwidth_kilobytes":100},"plugins":["Echo"],"reason":"x"}]}""");
        (await Cli.RunAsync("isolation", "list")).Out.ShouldContain("64 MB, 50 %, 40 processes, 200 files, file 2 MB, disk 8 MB, 5 s, network 100 KB/s");
    }

    [Fact]
    public async Task What_the_host_and_each_running_plugin_may_use_is_shown_and_what_has_no_limits_left_out()
    {
        const string Limits = """{"memory_bytes":268435456,"cpu_percent":100,"processes":128,"open_files":1024,"file_size_bytes":67108864,"disk_bytes":67108864,"execution_ms":30000,"bandwidth_bytes":10485760}""";
        Server.On("GET", "/api/v1/plugins/system/isolation", 200, $$"""{"levels":[],"limits":{{Limits}}}""");
        Server.On("GET", "/api/v1/plugins/system/instances", 200, $$"""
            {"safe_mode":false,"instances":[
              {"slug":"Notes","version":"1.0.0","state":"loaded","isolation":"process","leases":0,"calls":0,"failures":0,"limits":{{Limits.Replace("67108864", "1048576", StringComparison.Ordinal)}} },
              {"slug":"Inside","version":"2.0.0","state":"loaded","isolation":"none","leases":0,"calls":0,"failures":0,"limits":{"execution_ms":500,"bandwidth_bytes":102400} },
              {"slug":"Gone","version":"1.0.0","state":"failed","isolation":"none","leases":0,"calls":0,"failures":0}]}
            """);

        var result = await Cli.RunAsync("isolation", "limits");

        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Lines.Select(line => line.TrimEnd()).ShouldBe(
        [
            "(host)\t\t\t256 MiB\t100 %\t128\t1024\t64 MiB\t64 MiB\t30 s\t10 MiB/s",
            "Notes\t1.0.0\tprocess\t256 MiB\t100 %\t128\t1024\t1 MiB\t1 MiB\t30 s\t10 MiB/s",
            "Inside\t2.0.0\tnone\t-\t-\t-\t-\t-\t-\t0.5 s\t100 KiB/s",
        ]);
        var json = (await Cli.RunAsync("isolation", "limits", "--json")).Json;
        json.GetProperty("host").GetProperty("openFiles").GetInt32().ShouldBe(1024);
        json.GetProperty("instances")[1].GetProperty("limits").TryGetProperty("memoryBytes", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_rule_for_vm_says_what_does_not_run_any_more()
    {
        Server.On("PUT", $"{Path}/publisher/acme", 200, Rule.Replace("\"set_by\"", "\"stopped\":[\"Notes 1.0.0\"],\"set_by\"", StringComparison.Ordinal));
        var result = await Cli.RunAsync("isolation", "set", "publisher", "acme", "vm", "--reason", "New here.");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Out.ShouldContain("does not run any more: Notes 1.0.0.");
    }

    [Fact]
    public async Task What_is_no_level_is_a_mistake_in_the_call() =>
        (await Cli.RunAsync("isolation", "set", "plugin", "Echo", "none", "--reason", "x")).Exit.ShouldBe(ExitCode.Usage);

    [Fact]
    public async Task A_rule_that_is_not_there_cannot_be_cleared()
    {
        Server.On("DELETE", $"{Path}/plugin/Echo", 404, """{"code":"isolation.rule_unknown","detail":"There is no rule for the plugin 'Echo'."}""");
        (await Cli.RunAsync("isolation", "clear", "plugin", "Echo")).Exit.ShouldBe(ExitCode.NotFound);
    }
}
