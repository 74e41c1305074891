using Berth.Data.Blobs;
using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Cleanup;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Cleanup;

public sealed class CleanupTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task R14_what_somebody_refers_to_stays(DatabaseKind kind)
    {
        await using var world = await WorldAsync(kind);
        var (ada, bob) = (await world.AddUserAsync(), await world.AddUserAsync("bob"));
        await world.InstallAsync(ada, "Charts", "1.0.0");
        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Charts"))).ShouldBeDone();
        await world.InstallAsync(bob, "Echo", "1.0.0");

        (await RunAsync(world)).Versions.ShouldBe(0);

        Stored(world).ShouldBe(["Charts 1.0.0", "Charts 2.0.0", "Echo 1.0.0"]);
        (await world.Operations.RollbackAsync(ada, new RollbackRequest("Charts"))).ShouldBeDone();
        (await world.Operations.UninstallAsync(ada, new UninstallRequest("Charts"))).ShouldBeDone();
        var result = await RunAsync(world);
        result.Versions.ShouldBe(2);
        result.BytesFreed.ShouldBeGreaterThan(1000);
        Stored(world).ShouldBe(["Echo 1.0.0"]);
        Directory.Exists(world.Store.Paths.Plugin("Charts")).ShouldBeFalse();
        StateDump.Staging(world).ShouldBe(0);
        (await world.CountAsync("SELECT COUNT(*) FROM store_version")).ShouldBe(1);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task R15_a_version_stays_for_its_retention_since_the_last_reference_went(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind, retention: TimeSpan.FromDays(30));
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();
        await world.InstallAsync(ada, "Charts", "1.0.0");
        await AgeAsync(world, days: 40); // staged long ago
        (await world.Operations.UninstallAsync(ada, new UninstallRequest("Charts"))).ShouldBeDone();

        (await RunAsync(world)).Versions.ShouldBe(0, "given up just now");
        await AgeAsync(world, days: 29);
        (await RunAsync(world)).Versions.ShouldBe(0);
        await AgeAsync(world, days: 2);
        (await RunAsync(world)).Versions.ShouldBe(1);
        Stored(world).ShouldBeEmpty();
    }

    [Fact]
    public async Task References_that_go_with_their_user_count_until_the_run_that_saw_them_last()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite, retention: TimeSpan.FromDays(30));
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();
        await world.InstallAsync(ada, "Charts", "1.0.0");
        await AgeAsync(world, days: 40);
        (await RunAsync(world)).Versions.ShouldBe(0);
        await world.Database.WriteAsync(session => session.ExecuteAsync("DELETE FROM users WHERE id = @UserId", new { ada.UserId }));

        (await RunAsync(world)).Versions.ShouldBe(0);
        await AgeAsync(world, days: 31);
        (await RunAsync(world)).Versions.ShouldBe(1);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_dry_run_lists_exactly_what_a_run_removes_and_writes_nothing(DatabaseKind kind)
    {
        await using var world = await WorldAsync(kind);
        var ada = await world.AddUserAsync();
        await world.InstallAsync(ada, "Charts", "1.0.0");
        await world.InstallAsync(ada, "Echo");
        (await world.Operations.UninstallAsync(ada, new UninstallRequest("Charts"))).ShouldBeDone();
        await world.Database.WriteAsync(session => session.ExecuteAsync("DELETE FROM store_version WHERE slug = 'Charts'"));
        Directory.CreateDirectory(Path.Combine(world.Store.Paths.Staging, "abandoned"));
        await File.WriteAllTextAsync(Path.Combine(world.Store.Paths.Staging, "abandoned", "owner"), "Charts\n9.0.0");
        await BlobAsync(world, [1, 2, 3], TimeSpan.FromDays(2));
        var before = await FilesAsync(world);

        var planned = await world.Get<ICleanup>().RunAsync(isDryRun: true);
        (await FilesAsync(world)).ShouldBe(before);
        (await world.CountAsync("SELECT COUNT(*) FROM store_version")).ShouldBe(1);
        var done = await RunAsync(world);

        done.Items.Select(item => (item.Kind, item.Subject, item.Bytes)).ShouldBe(planned.Items.Select(item => (item.Kind, item.Subject, item.Bytes)));
        planned.Items.Select(item => item.Kind).ShouldBe(["version", "staging", "blob"]);
        (done.Managers, done.Versions, done.TempFiles, done.BytesFreed).ShouldBe((0, 1, 2, planned.BytesFreed));
        (await world.Get<ICleanup>().RunAsync(isDryRun: true)).Items.ShouldBeEmpty();
        world.Get<ICleanup>().LastResult.ShouldBe(done);
        world.Get<ICleanup>().LastRun.ShouldNotBeNull();
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_blob_stays_while_a_row_names_it_or_it_was_stored_lately(DatabaseKind kind)
    {
        await using var world = await WorldAsync(kind);
        var ada = await world.AddUserAsync();
        await world.InstallAsync(ada, "Charts", "1.0.0");
        var installed = (await world.FindAsync(ada, "Charts"))!.Digest;
        var old = await BlobAsync(world, [1], TimeSpan.FromDays(2));
        var again = await BlobAsync(world, [2], TimeSpan.FromDays(2));
        await BlobAsync(world, [2], age: null); // a publish that found the bytes there
        var young = await BlobAsync(world, [3], TimeSpan.FromHours(20));
        var shared = await BlobAsync(world, [4], TimeSpan.FromDays(2));
        var bob = await world.AddUserAsync("bob");
        await world.Database.WriteAsync(session => session.ExecuteAsync(
            "INSERT INTO share (id, from_user, to_user, recipient, plugin_slug, version, digest, state, created_at, expires_at, updated_at) VALUES ('s', @From, @To, 'bob', 'X', '1.0.0', @shared, 'offered', 1, 1, 1)",
            new { From = ada.UserId, To = bob.UserId, shared }));

        var result = await RunAsync(world);

        result.Items.Where(item => item.Kind == "blob").Select(item => item.Subject).ShouldBe([old]);
        var left = new List<string>();
        await foreach (var blob in world.Get<IPackageBlobs>().ListAsync())
            left.Add(blob.Digest);
        left.ShouldBe([again, young, shared], ignoreOrder: true);
        left.ShouldNotContain(installed, "the world's registry keeps its bytes elsewhere");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task An_operation_that_runs_keeps_what_it_works_with(DatabaseKind kind)
    {
        await using var world = await WorldAsync(kind);
        var ada = await world.AddUserAsync();
        CleanupResult? meanwhile = null;
        world.Witness.At = async step =>
        {
            if (step == "install.load")
                meanwhile = await RunAsync(world);
        };

        await world.InstallAsync(ada, "Echo");

        meanwhile!.Versions.ShouldBe(0);
        Stored(world).ShouldBe(["Echo 1.1.0"]);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task An_install_that_comes_between_mark_and_rename_keeps_the_version(DatabaseKind kind)
    {
        await using var world = await WorldAsync(kind);
        var (ada, bob) = (await world.AddUserAsync(), await world.AddUserAsync("bob"));
        await world.InstallAsync(ada, "Charts", "1.0.0");
        (await world.Operations.UninstallAsync(ada, new UninstallRequest("Charts", Purge: true))).ShouldBeDone();
        world.Witness.At = async step =>
        {
            if (step == "cleanup.marked")
                await world.InstallAsync(bob, "Charts", "1.0.0");
        };

        (await RunAsync(world)).Versions.ShouldBe(0);

        await SoundAsync(world, bob, "Charts");
        world.Registry.Fetches.ShouldBe(1, "nothing was staged again");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task An_install_planned_before_the_removal_stages_the_version_again(DatabaseKind kind)
    {
        await using var world = await WorldAsync(kind);
        var (ada, bob) = (await world.AddUserAsync(), await world.AddUserAsync("bob"));
        await world.InstallAsync(ada, "Charts", "1.0.0");
        (await world.Operations.UninstallAsync(ada, new UninstallRequest("Charts"))).ShouldBeDone();
        var removed = 0;
        world.Witness.At = async step =>
        {
            if (step == "install.begin" && removed == 0)
                removed = (await RunAsync(world)).Versions; // the plan found the version in the store
        };

        await world.InstallAsync(bob, "Charts", "1.0.0");

        removed.ShouldBe(1);
        await SoundAsync(world, bob, "Charts");
        world.Registry.Fetches.ShouldBe(2);
    }

    [Fact]
    public async Task R27_an_idle_instance_goes_and_a_leased_one_stays()
    {
        await using var world = await WorldAsync(DatabaseKind.Sqlite);
        var ada = await world.AddUserAsync();
        await world.InstallAsync(ada, "Echo", "1.0.0");
        (await RunAsync(world)).Managers.ShouldBe(0, "used a moment ago");
        var pool = world.Get<IInstancePool>();
        var leased = (await pool.LeaseAsync(new PluginVersionId("Echo", "1.0.0"))).ShouldBeOfType<LeaseOutcome.Leased>();
        (await world.Operations.UninstallAsync(ada, new UninstallRequest("Echo"))).ShouldBeDone();

        (await RunAsync(world)).Versions.ShouldBe(0, "leased");
        leased.Lease.Dispose();
        (await RunAsync(world)).Versions.ShouldBe(1);

        pool.Snapshot().ShouldNotContain(instance => instance.State == Berth.Host.States.InstanceState.Loaded);
    }

    internal static async Task<TestWorld> WorldAsync(DatabaseKind kind)
    {
        var world = await TestWorld.CreateAsync(kind, retention: TimeSpan.Zero);
        await Scenario.PublishAsync(world.Registry);
        return world;
    }

    internal static Task<CleanupResult> RunAsync(TestWorld world) => world.Get<ICleanup>().RunAsync(isDryRun: false);

    /// <summary>The installation's files are there, and they are those of its package.</summary>
    internal static async Task SoundAsync(TestWorld world, OperationCaller caller, string slug)
    {
        var plugin = (await world.FindAsync(caller, slug)).ShouldNotBeNull();
        SoundVersion(world, slug, plugin.Version, plugin.Digest);
        if (plugin.PreviousVersion is { } previous)
            SoundVersion(world, slug, previous, plugin.PreviousDigest!);
    }

    private static void SoundVersion(TestWorld world, string slug, string version, string digest)
    {
        var id = new PluginVersionId(slug, version);
        var index = world.Store.IndexOf(id).ShouldNotBeNull($"{id} has no index");
        index.Digest.ShouldBe(digest);
        foreach (var file in index.Files)
        {
            var path = Path.Combine(world.Store.Paths.Version(id), file.Path);
            File.Exists(path).ShouldBeTrue($"{id} {file.Path}");
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))).ShouldBe(file.Sha256);
        }
    }

    private static IEnumerable<string> Stored(TestWorld world) => world.Store.Ids().Select(id => $"{id.Slug} {id.Version}").Order(StringComparer.Ordinal);

    private static Task AgeAsync(TestWorld world, int days) => world.Database.WriteAsync(session => session.ExecuteAsync(
        "UPDATE store_version SET referenced_at = referenced_at - @age", new { age = (long)TimeSpan.FromDays(days).TotalMilliseconds }));

    private static async Task<string> BlobAsync(TestWorld world, byte[] content, TimeSpan? age)
    {
        var blobs = world.Get<IPackageBlobs>();
        await using var staged = await blobs.StageAsync(new MemoryStream(content), 1024);
        await blobs.CommitAsync(staged);
        if (age is { } old)
            File.SetLastWriteTimeUtc(blobs.FindFile(staged.Digest)!, DateTime.UtcNow - old);
        return staged.Digest;
    }

    private static Task<string> FilesAsync(TestWorld world) => Task.FromResult(string.Join(
        '\n', Directory.EnumerateFileSystemEntries(world.Folder, "*", SearchOption.AllDirectories).Where(path => !path.Contains("berth.db", StringComparison.Ordinal)).Order(StringComparer.Ordinal)));
}
