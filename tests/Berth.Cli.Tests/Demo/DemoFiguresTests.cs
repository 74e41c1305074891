using Berth.Cli.Demo;
using Berth.Cli.Http;
using Berth.Cli.Tests.EndToEnd;

namespace Berth.Cli.Tests.Demo;

public sealed class DemoFiguresTests
{
    [Theory]
    [InlineData(2, 0, 11, 11, 1000, 50000, null)]
    [InlineData(22, 0, 11, 11, 1000, 50000, "loaded instances")]
    [InlineData(2, 1, 11, 11, 1000, 50000, "leaked instances")]
    [InlineData(2, 0, 12, 10, 1000, 50000, "users on Notes 1.0.0")]
    [InlineData(2, 0, 11, 11, 1000, 900, "copies for each user")]
    public async Task Figures_that_are_not_what_was_done_are_not_told_as_true(
        int active, int leaked, int onOld, int onNew, long shared, long unshared, string? untrue)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.On("GET", "/api/v1/plugins/system/stats", 200, $$$"""
            {"users":24,"installations":22,"managers":{"active":{{{active}}},"created_total":2,"retired_total":0,"leaked":{{{leaked}}} },
             "storage":{"shared_bytes":{{{shared}}},"user_metadata_bytes":10,"unshared_equivalent_bytes":{{{unshared}}},"saved_percent":98.0},
             "memory":{"process_bytes":1000,"managed_bytes":100},"versions":{"Notes":{"1.0.0":{{{onOld}}},"1.1.0":{{{onNew}}} } } }
            """);
        using var http = new HttpClient();
        var admin = new ApiConnection(http, new Uri(server.Address), "t", null, TimeSpan.FromSeconds(30));
        var samples = await SamplePackages.ReadAsync(ServerFixture.Tree.SamplePackages, null!, CancellationToken.None);
        var reading = DemoFigures.ReadAsync(admin, samples, 20, CancellationToken.None);
        if (untrue is null)
        {
            (await reading).Figure.ShouldContain("2 instances of Notes serve 22 installations");
        }
        else
        {
            (await Should.ThrowAsync<UntrueException>(() => reading)).Message.ShouldContain(untrue);
        }
    }
}
