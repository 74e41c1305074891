using System.Text;
using Berth.Data.Sessions;
using Berth.Host.Graph.Loading;
using Berth.Lifecycle.Tests.World;
using Berth.Packaging.Archive;

namespace Berth.Lifecycle.Tests.Versions;

public sealed class WantedVersionsTests
{
    [Fact]
    public async Task What_is_critical_may_say_so_and_is_in_use_runs_from_the_start()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await world.AddUserAsync();
        foreach (var (slug, isCritical, trust) in new[] { ("Vital", "true", "internal"), ("Claims", "true", "verified"), ("Plain", "false", "internal") })
        {
            world.Registry.Publish(await PackAsync(slug, isCritical, trust));
            await world.InstallAsync(ada, slug);
        }

        var unused = await PackAsync("Unused", "true", "internal");
        world.Registry.Publish(unused);
        await world.Store.EnsureAsync(unused.Version, world.Registry);

        (await world.Get<IWantedInstances>().AllAsync(CancellationToken.None)).Select(id => id.ToString()).ShouldBe(["Vital 1.0.0"]);
    }

    private static Task<TestPackage> PackAsync(string slug, string isCritical, string trust) => TestPackage.PackAsync(
        [
            new PackageInput("plugin.json", Encoding.UTF8.GetBytes(
                $$"""{ "name": "{{slug}}", "version": "1.0.0", "critical": {{isCritical}}, "module": { "assembly": "lib/net10.0/Traced.dll" } }""")),
            new PackageInput("lib/net10.0/Traced.dll", File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "fixtures", "Traced", "1.0.0", "lib", "net10.0", "Traced.dll"))),
        ],
        trust);
}
