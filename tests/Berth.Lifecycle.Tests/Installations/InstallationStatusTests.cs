using Berth.Data.Sessions;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Tests.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Installations;

public sealed class InstallationStatusTests : IAsyncLifetime
{
    private TestWorld _world = null!;

    public async Task InitializeAsync() => _world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_sound_installation_is_healthy()
    {
        var ada = await UpdateTests.InstalledAsync(_world, "Echo", "1.0.0");
        var report = await CheckAsync(ada, "echo");
        report.Status.ShouldBe("healthy", string.Join(' ', report.Details));
        report.Plugin!.Version.ShouldBe("1.0.0");
        report.Details.Keys.ShouldBe(["database", "files", "modules", "runtime", "lifecycle_manager"]);
    }

    [Fact]
    public async Task A_file_that_is_gone_or_longer_is_noticed()
    {
        var ada = await UpdateTests.InstalledAsync(_world, "Charts", "1.0.0");
        var directory = (await _world.Store.FindVersionAsync("Charts", "1.0.0"))!.Directory;
        var file = Path.Combine(directory, "dist", "remoteEntry.js");
        File.SetUnixFileMode(Path.GetDirectoryName(file)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        await File.AppendAllTextAsync(file, "x");
        (await CheckAsync(ada, "Charts")).Status.ShouldBe("files_modified");
        File.Delete(file);
        (await CheckAsync(ada, "Charts")).Status.ShouldBe("files_missing");
        FolderTree.Delete(directory);
        (await CheckAsync(ada, "Charts")).Status.ShouldBe("files_missing");
        await _world.RestartAsync();
        (await CheckAsync(ada, "Charts")).Status.ShouldBe("files_missing");
    }

    [Fact]
    public async Task Module_rows_that_are_not_the_manifests_are_noticed()
    {
        var ada = await UpdateTests.InstalledAsync(_world, "Charts", "1.0.0");
        await _world.Database.WriteAsync(session => session.ExecuteAsync("DELETE FROM module WHERE name = 'Old'"));
        (await CheckAsync(ada, "Charts")).Status.ShouldBe("modules_corrupted");
    }

    [Fact]
    public async Task A_plugin_that_finds_fault_with_itself_or_does_not_load_is_unhealthy()
    {
        _world.Registry.Publish(await TestPackage.FixtureAsync("ReportsUnhealthy", "1.0.0"));
        var ada = await UpdateTests.InstalledAsync(_world, "ReportsUnhealthy", "1.0.0");
        var report = await CheckAsync(ada, "ReportsUnhealthy");
        report.Status.ShouldBe("unhealthy");
        report.Details["lifecycle_manager"].ShouldBe("The index is gone. The cache is stale.");
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task R24_figures_count_by_plugin_not_by_prefix(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        await Scenario.PublishAsync(world.Registry);
        world.Registry.Publish(await TestPackage.FrontendAsync("ChartsPlus", "1.0.0"));
        var (ada, bob) = (await world.AddUserAsync(), await world.AddUserAsync("bob"));
        await world.InstallAsync(ada, "Charts", "1.0.0");
        await world.InstallAsync(ada, "ChartsPlus");
        await world.InstallAsync(bob, "Charts", "2.0.0");
        (await world.Operations.InstallAsync(bob, new InstallRequest("Nothing"))).ShouldBeRefused(RefusalKind.NotFound, "plugin.unknown");

        var figures = await world.Get<ILifecycleStatistics>().ReadAsync();

        (figures.Users, figures.Installations, figures.PluginsInstalled, figures.VersionsInStore, figures.UniqueVersionsInUse).ShouldBe((2, 3, 2, 3, 3));
        figures.Versions["Charts"].ShouldBe(new Dictionary<string, long> { ["1.0.0"] = 1, ["2.0.0"] = 1 }, ignoreOrder: true);
        figures.UserMetadataBytes.ShouldBe(Directory.EnumerateFiles(world.Store.Paths.Users, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length));
        figures.SharedBytes.ShouldBeGreaterThan(figures.UnsharedEquivalentBytes); // one user each, and the variants on top
        (figures.Operations["install"].Succeeded, figures.Operations["install"].Failed).ShouldBe((3, 1));
        figures.Caches.Keys.ShouldBe(["installations", "versions"], ignoreOrder: true);
    }

    private Task<StatusReport> CheckAsync(OperationCaller ada, string slug) => _world.Get<IInstallationStatus>().CheckAsync(ada, slug);
}
