
namespace Berth.Server.Tests.Composition;

public sealed class CollectorTests
{
    [Fact]
    public void The_server_has_one_heap_collects_what_is_young_soon_and_compiles_anew_only_what_is_hot()
    {
        using var settings = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "berth-server.runtimeconfig.json")));

        var properties = settings.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");

        properties.GetProperty("System.GC.Server").GetBoolean().ShouldBeFalse();
        properties.GetProperty("System.GC.Gen0MaxBudget").GetInt64().ShouldBeInRange(1, 16 * 1024 * 1024);
        properties.GetProperty("System.GC.ConserveMemory").GetInt32().ShouldBe(9);
        properties.GetProperty("System.Runtime.TieredCompilation.CallCountThreshold").GetInt32().ShouldBe(3000);
    }
}
