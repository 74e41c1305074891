using Berth.Data.Sessions;
using Berth.Lifecycle.AutoUpdates;
using Berth.Lifecycle.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Lifecycle.Tests.AutoUpdates;

public sealed class AutoUpdateServiceTests
{
    [Fact]
    public async Task Rounds_come_by_themselves()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.UserWithAsync("Charts", "1.0.0");
        using var service = Service(world, TimeSpan.FromMilliseconds(20));

        await service.StartAsync(default);

        await Eventually.BecomesAsync(async () => await world.VersionAsync(ada, "Charts") == "2.0.0");
        await service.StopAsync(default);
    }

    [Fact]
    public async Task An_interval_of_zero_means_never()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        using var service = Service(world, TimeSpan.Zero);

        await service.StartAsync(default);

        await service.ExecuteTask.ShouldNotBeNull();
    }

    private static AutoUpdateService Service(TestWorld world, TimeSpan interval) =>
        ActivatorUtilities.CreateInstance<AutoUpdateService>(world.Provider, new AutoUpdateOptions { Interval = interval });
}
