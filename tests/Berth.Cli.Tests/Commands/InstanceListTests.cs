using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

public sealed class InstanceListTests : ScriptedServerTests
{
    private const string Path = "/api/v1/plugins/system/instances";

    private const string Two = """
        {"safe_mode":false,"instances":[
          {"slug":"Notes","version":"1.0.0","state":"loaded","isolation":"process","leases":2,"calls":90,"failures":1,"worker":{"process_id":4711,"memory_bytes":25165824,"memory_limit_bytes":268435456,"cpu_seconds":12.345,"out_of_memory_kills":0}},
          {"slug":"Inside","version":"2.0.0","state":"loaded","isolation":"none","leases":0,"calls":1,"failures":0,"worker":null}]}
        """;

    [Fact]
    public async Task A_worker_is_shown_with_its_memory_and_processor_time()
    {
        Server.On("GET", Path, 200, Two);
        var result = await Cli.RunAsync("instances", "list");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Lines.Where(line => !line.StartsWith("PLUGIN", StringComparison.Ordinal)).ShouldBe(
        [
            "Notes\t1.0.0\tloaded\tprocess\t2\t90\t1\t24 MiB\t12.3 s\t",
            "Inside\t2.0.0\tloaded\tnone\t0\t1\t0\t-\t-\t",
        ]);
        var json = (await Cli.RunAsync("instances", "list", "--json")).Json.GetProperty("instances");
        json[0].GetProperty("worker").GetProperty("processId").GetInt32().ShouldBe(4711);
        json[1].TryGetProperty("worker", out _).ShouldBeFalse();
    }
}
