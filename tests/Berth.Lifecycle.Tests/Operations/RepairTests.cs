using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Tests.Cleanup;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Operations;

public sealed class RepairTests
{
    [Theory]
    [InlineData("files_missing", DatabaseKind.Sqlite)]
    [InlineData("files_modified", DatabaseKind.Sqlite)]
    [InlineData("modules_corrupted", DatabaseKind.Sqlite)]
    [InlineData("files_missing", DatabaseKind.PostgreSql)]
    [InlineData("modules_corrupted", DatabaseKind.PostgreSql)]
    public async Task R13_what_the_status_names_is_repaired(string status, DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await UpdateTests.InstalledAsync(world, "Charts", "1.0.0");
        await world.WriteAsync(ada, "Charts", "mine", "7");
        var before = await StateDump.ReadAsync(world, ada);
        var file = Entry(world);
        var expected = status switch
        {
            "files_missing" => Break(() => File.Delete(file), file, "missing: dist/remoteEntry.js"),
            "files_modified" => Break(() => File.AppendAllText(file, "x"), file, "modified: dist/remoteEntry.js"),
            _ => null,
        };
        if (expected is null)
            await world.Database.WriteAsync(session => session.ExecuteAsync("DELETE FROM module WHERE name = 'Old'"));
        (await StatusAsync(world, ada)).ShouldBe(status);

        var result = (await world.Operations.RepairAsync(ada, new RepairRequest("charts"))).ShouldBeDone();

        (await StatusAsync(world, ada)).ShouldBe("healthy");
        result.FilesRestored.ShouldBe(expected is null ? [] : [expected]);
        result.ModulesCreated.ShouldBe(expected is null ? [$"{ada.UserId}_Charts_Old"] : []);
        (await StateDump.ReadAsync(world, ada)).ShouldBe(before);
        (await world.ReadAsync(ada, "Charts", "mine")).ShouldBe("7");
        await CleanupTests.SoundAsync(world, ada, "Charts");
        (await world.CountAsync("SELECT COUNT(*) FROM outbox WHERE type = 'berth.installation.repaired'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_dry_run_says_what_is_wrong_and_changes_nothing()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await UpdateTests.InstalledAsync(world, "Charts", "1.0.0");
        Break(() => File.Delete(Entry(world)), Entry(world), "");

        var plan = (await world.Operations.RepairAsync(ada, new RepairRequest("Charts", IsDryRun: true))).ShouldBeOfType<OperationOutcome.Planned>().Plan;

        plan.Notes.ShouldBe(["missing: dist/remoteEntry.js"]);
        plan.Steps.ShouldBe(["fetch", "commit", "record"]);
        File.Exists(Entry(world)).ShouldBeFalse();
        (await world.CountAsync("SELECT COUNT(*) FROM operation WHERE kind = 'repair'")).ShouldBe(0);
    }

    [Fact]
    public async Task A_file_of_the_same_length_strange_files_and_variants_are_found_by_their_bytes()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await UpdateTests.InstalledAsync(world, "Charts", "1.0.0");
        var id = new PluginVersionId("Charts", "1.0.0");
        var bytes = await File.ReadAllBytesAsync(Entry(world));
        bytes[5] ^= 1;
        Break(() => File.WriteAllBytes(Entry(world), bytes), Entry(world), "");
        var variant = Directory.GetFiles(world.Store.Paths.Index(id), "*.br").Single();
        File.SetUnixFileMode(variant, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllBytesAsync(variant, new byte[new FileInfo(variant).Length]);
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(Entry(world))!, "strange.js"), "x");

        var result = (await world.Operations.RepairAsync(ada, new RepairRequest("Charts"))).ShouldBeDone();

        result.FilesRestored.ShouldBe(["modified: dist/remoteEntry.js", "strange: dist/strange.js", "variant: dist/remoteEntry.js.br"]);
        (await world.Get<StoreVerification>().VerifyAsync(id, CancellationToken.None)).IsSound.ShouldBeTrue();
        StateDump.Staging(world).ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_version_or_index_that_is_gone_comes_back(bool onlyIndex)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await UpdateTests.InstalledAsync(world, "Charts", "1.0.0");
        var id = new PluginVersionId("Charts", "1.0.0");
        FolderTree.Delete(onlyIndex ? world.Store.Paths.Index(id) : world.Store.Paths.Version(id));
        await world.RestartAsync();
        (await StatusAsync(world, ada)).ShouldBe("files_missing");

        (await world.Operations.RepairAsync(ada, new RepairRequest("Charts"))).ShouldBeDone();

        (await StatusAsync(world, ada)).ShouldBe("healthy");
    }

    [Fact]
    public async Task Without_the_registry_intact_files_suffice_for_the_rows_and_broken_ones_wait()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await UpdateTests.InstalledAsync(world, "Charts", "1.0.0");
        await world.Database.WriteAsync(session => session.ExecuteAsync("UPDATE module SET name = 'Elsewhere' WHERE name = 'Old'"));
        world.Registry.IsAway = true;

        var result = (await world.Operations.RepairAsync(ada, new RepairRequest("Charts"))).ShouldBeDone();
        (result.ModulesCreated.Count, result.ModulesDeleted.Count).ShouldBe((1, 1));
        (await StatusAsync(world, ada)).ShouldBe("healthy");

        Break(() => File.Delete(Entry(world)), Entry(world), "");
        (await world.Operations.RepairAsync(ada, new RepairRequest("Charts"))).ShouldBeRefused(RefusalKind.Unavailable, "registry.unavailable");
        (await StatusAsync(world, ada)).ShouldBe("files_missing");
    }

    [Fact]
    public async Task Bytes_that_nobody_has_are_refused_and_nothing_changes()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await UpdateTests.InstalledAsync(world, "Charts", "1.0.0");
        world.Registry.Change("Charts", "1.0.0", version => version with { Digest = new string('0', 64) });
        Break(() => File.Delete(Entry(world)), Entry(world), "");

        (await world.Operations.RepairAsync(ada, new RepairRequest("Charts"))).ShouldBeRefused(RefusalKind.Unprocessable, "repair.no_source");
        (await world.Operations.RepairAsync(ada, new RepairRequest("Nothing"))).ShouldBeRefused(RefusalKind.NotFound, "plugin.not_installed");
    }

    [Fact]
    public async Task An_instance_of_the_broken_files_is_unloaded_so_that_the_next_call_loads_the_good_ones()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await UpdateTests.InstalledAsync(world, "Echo", "1.0.0");
        var id = new PluginVersionId("Echo", "1.0.0");
        var readme = Directory.GetFiles(world.Store.Paths.Version(id), "*.dll", SearchOption.AllDirectories)[0];
        var pool = world.Get<IInstancePool>();
        var created = pool.Statistics.Created;
        Break(() => File.AppendAllText(readme, "x"), readme, "");

        (await world.Operations.RepairAsync(ada, new RepairRequest("Echo"))).ShouldBeDone();

        pool.Statistics.Retired.ShouldBe(1);
        (await StatusAsync(world, ada, "Echo")).ShouldBe("healthy");
        pool.Statistics.Created.ShouldBe(created + 1);
    }

    [Fact]
    public async Task Others_see_the_files_as_they_were_or_as_they_should_be_at_every_moment()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await UpdateTests.InstalledAsync(world, "Charts", "1.0.0");
        var whole = await File.ReadAllBytesAsync(Entry(world));
        Break(() => File.AppendAllText(Entry(world), "x"), Entry(world), "");
        using var ended = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            var lengths = new HashSet<int>();
            do
                lengths.Add(File.ReadAllBytes(Entry(world)).Length);
            while (!ended.IsCancellationRequested);
            return lengths;
        });

        (await world.Operations.RepairAsync(ada, new RepairRequest("Charts"))).ShouldBeDone();
        await ended.CancelAsync();

        (await reader).ShouldBeSubsetOf([whole.Length, whole.Length + 1]);
        (await File.ReadAllBytesAsync(Entry(world))).ShouldBe(whole);
    }

    internal static string Entry(TestWorld world) => Path.Combine(world.Store.Paths.Version(new PluginVersionId("Charts", "1.0.0")), "dist", "remoteEntry.js");

    internal static string Break(Action change, string file, string expected)
    {
        const UnixFileMode Writable = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.SetUnixFileMode(Path.GetDirectoryName(file)!, Writable | UnixFileMode.UserExecute);
        File.SetUnixFileMode(file, Writable);
        change();
        return expected;
    }

    private static async Task<string> StatusAsync(TestWorld world, OperationCaller ada, string slug = "Charts") =>
        (await world.Get<IInstallationStatus>().CheckAsync(ada, slug)).Status;
}
