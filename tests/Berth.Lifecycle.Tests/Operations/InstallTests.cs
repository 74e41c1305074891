using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Operations;

public sealed class InstallTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_front_end_is_installed_served_and_uninstalled(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await world.AddUserAsync();
        world.Registry.Publish(await TestPackage.FrontendAsync("Charts", "1.0.0", modules: ["A", "B"]));

        var done = (await world.Operations.InstallAsync(ada, new InstallRequest("charts"))).ShouldBeOfType<OperationOutcome.Done>();

        done.Result.PluginId.ShouldBe($"{ada.UserId}_Charts");
        done.Result.ModulesCreated.ShouldBe([$"{ada.UserId}_Charts_A", $"{ada.UserId}_Charts_B"]);
        var installed = await world.Installations.OfUserAsync(ada.UserId);
        installed.TryFind("CHARTS", out var plugin).ShouldBeTrue();
        var stored = (await world.Store.FindVersionAsync(plugin!.Slug, plugin.Version)).ShouldNotBeNull();
        stored.Files.TryFind("dist/remoteEntry.js", out var file).ShouldBeTrue();
        File.Exists(file!.Identity.FullPath).ShouldBeTrue();
        file.Brotli!.Size.ShouldBeLessThan(file.Identity.Size);

        (await world.Operations.UninstallAsync(ada, new UninstallRequest("Charts"))).ShouldBeOfType<OperationOutcome.Done>();
        (await world.Installations.OfUserAsync(ada.UserId)).Plugins.ShouldBeEmpty();
    }
}
