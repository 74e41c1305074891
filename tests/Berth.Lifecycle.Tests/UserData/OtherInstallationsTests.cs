using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Tests.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.UserData;

public sealed class OtherInstallationsTests
{
    [Fact]
    public async Task A_scope_leads_to_the_same_users_other_plugins_and_to_nobody_elses()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await UpdateTests.InstalledAsync(world, "Charts", "1.0.0");
        var bob = await UpdateTests.InstalledAsync(world, "Charts", "1.0.0");
        world.Registry.Publish(await TestPackage.FrontendAsync("Clock", "1.0.0"));
        await world.InstallAsync(ada, "Clock");
        await world.WriteAsync(ada, "Clock", "zone", "1");

        var clock = (await world.Scopes.Open((await world.FindAsync(ada, "Charts"))!, ada).OfPluginAsync("clock")).ShouldNotBeNull();
        (clock.Id, clock.IsEnabled, clock.Scope.User.Id).ShouldBe((new PluginVersionId("Clock", "1.0.0"), true, ada.UserId));
        (await clock.Scope.Data.GetJsonAsync("zone")).ShouldBe("1");
        (await world.Scopes.Open((await world.FindAsync(bob, "Charts"))!, bob).OfPluginAsync("Clock")).ShouldBeNull();
    }

    [Fact]
    public async Task The_store_lists_the_versions_that_everybody_may_use()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await UpdateTests.InstalledAsync(world, "Charts", "1.0.0");
        (await ((IPluginVersionSource)world.Store).VersionsAsync("Charts", default)).ShouldHaveSingleItem().Id.ShouldBe(new PluginVersionId("Charts", "1.0.0"));
        (await ((IPluginVersionSource)world.Store).VersionsAsync("../Charts", default)).ShouldBeEmpty();
    }
}
