using Berth.Data.Blobs;
using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.PrivatePackages;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Tests.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Doctor;

/// <summary>One thing that is broken, and the finding it leads to.</summary>
internal sealed record Breakage(string Name, string Code, Func<TestWorld, OperationCaller, Task> Break)
{
    private static readonly PluginVersionId Old = new("Charts", "1.0.0");

    public static IReadOnlyList<Breakage> All { get; } =
    [
        new("a file is gone", "doctor.files_missing", (world, _) => Files(world, path => File.Delete(path))),
        new("a byte is another", "doctor.files_modified", (world, _) => Files(world, path =>
        {
            var bytes = File.ReadAllBytes(path);
            bytes[3] ^= 1;
            File.WriteAllBytes(path, bytes);
        })),
        new("a file too many", "doctor.files_strange", (world, _) => Files(world, path => File.WriteAllText(path + ".map", "x"))),
        new("a variant is broken", "doctor.variants_broken", (world, _) => Index(world, folder => File.Delete(Directory.GetFiles(folder, "*.gz")[0]))),
        new("a variant in zstd has other bytes", "doctor.variants_broken", (world, _) => Index(world, folder => Flip(Directory.GetFiles(folder, "*.zst")[0]))),
        new("the index is gone", "doctor.index_missing", (world, _) => Index(world, folder => File.Delete(Path.Combine(folder, "files.json")))),
        new("a version is gone", "doctor.version_missing", (world, _) => Done(() =>
        {
            FolderTree.Delete(world.Store.Paths.Version(new PluginVersionId("Charts", "2.0.0")));
            world.Store.Forget(new PluginVersionId("Charts", "2.0.0"));
        })),
        new("the version in the slot is gone", "doctor.slot_broken", (world, _) => Done(() =>
        {
            FolderTree.Delete(world.Store.Paths.Version(Old));
            world.Store.Forget(Old);
        })),
        new("the documents in the slot are gone", "doctor.slot_broken", (world, ada) => Sql(
            world, "DELETE FROM user_data_generation WHERE user_id = @UserId AND generation = (SELECT previous_generation FROM plugin WHERE id = @UserId || '_Charts')", ada)),
        new("a module is gone", "doctor.modules_differ", (world, ada) => Sql(world, "DELETE FROM module WHERE user_id = @UserId AND name = 'New'", ada)),
        new("a module too many", "doctor.modules_differ", (world, ada) => Sql(world, "UPDATE module SET name = 'Odd' WHERE user_id = @UserId AND name = 'New'", ada)),
        new("the documents are gone", "doctor.generation_missing", (world, ada) => Sql(
            world, "DELETE FROM user_data_generation WHERE user_id = @UserId AND generation = (SELECT generation FROM plugin WHERE id = @UserId || '_Charts')", ada)),
        new("a generation too many", "doctor.generation_surplus", (world, ada) => Sql(
            world, "INSERT INTO user_data_generation (user_id, plugin_slug, generation, version, created_at) VALUES (@UserId, 'Charts', 99, '1.0.0', 1)", ada)),
        new("a dead operation", "doctor.operation_interrupted", (world, ada) => Sql(
            world, "INSERT INTO operation (id, kind, user_id, plugin_slug, state, step, node, lease_until, created_at, updated_at) VALUES ('x', 'install', @UserId, 'Echo', 'running', 'load', 'node-z', 1, 1, 1)", ada)),
        new("the record is gone", "doctor.record_differs", (world, ada) => Done(() => File.Delete(world.Store.Paths.UserRecord(ada.UserId)))),
        new("the record is cut off", "doctor.record_unreadable", (world, ada) => Done(() => File.WriteAllText(world.Store.Paths.UserRecord(ada.UserId), "{"))),
        new("the record is of another version", "doctor.record_differs", (world, ada) => Done(() =>
        {
            var path = world.Store.Paths.UserRecord(ada.UserId);
            File.WriteAllText(path, File.ReadAllText(path).Replace("2.0.0", "1.0.0", StringComparison.Ordinal));
        })),
        new("the record does not know a choice", "doctor.record_differs", (world, ada) => Sql(world, "UPDATE plugin SET allows_variant = 0 WHERE user_id = @UserId AND plugin_slug = 'Charts'", ada)),
        new("a record of nobody", "doctor.user_unknown", (world, _) => Done(() =>
        {
            var path = world.Store.Paths.UserRecord(new string('f', 32));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "{}");
        })),
        new("a version the database does not list", "doctor.version_unlisted", (world, ada) => Sql(world, "DELETE FROM store_version WHERE version = '2.0.0'", ada)),
        new("a file in the store", "doctor.stray", (world, _) => Done(() => File.WriteAllText(Path.Combine(world.Store.Paths.Shared, "notes.txt"), "x"))),
        new("a folder beside the versions", "doctor.stray", (world, _) => Done(() => Directory.CreateDirectory(Path.Combine(world.Store.Paths.Plugin("Charts"), "1.0.0")))),
        new("a file beside a record", "doctor.stray", (world, ada) => Done(() => File.WriteAllText(world.Store.Paths.UserRecord(ada.UserId) + ".bak", "x"))),
        new("a package is gone", "doctor.package_missing", (world, ada) => Private(world, ada, path => File.Delete(path))),
        new("a package has other bytes", "doctor.package_modified", (world, ada) => Private(world, ada, path =>
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            var bytes = File.ReadAllBytes(path);
            bytes[^1] ^= 1;
            File.WriteAllBytes(path, bytes);
        })),
    ];

    public override string ToString() => Name;

    /// <summary>Ada was updated and could go back, Bob has code of its own; both wrote documents.</summary>
    public static async Task<(TestWorld World, OperationCaller Ada)> WorldAsync(DatabaseKind kind)
    {
        var world = await TestWorld.CreateAsync(kind);
        await Scenario.PublishAsync(world.Registry);
        var (ada, bob) = (await world.AddUserAsync(), await world.AddUserAsync("bob"));
        await world.InstallAsync(ada, "Charts", "1.0.0");
        await world.WriteAsync(ada, "Charts", "mine", "7");
        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Charts"))).ShouldBeDone();
        await world.InstallAsync(bob, "Echo", "1.0.0");
        await world.InstallAsync(bob, "Charts", "1.0.0");
        (await world.Operations.UninstallAsync(bob, new UninstallRequest("Charts"))).ShouldBeDone();
        return (world, ada);
    }

    private static async Task Private(TestWorld world, OperationCaller ada, Action<string> change)
    {
        var package = await TestPackage.FrontendAsync("Mine", "1.0.0");
        await world.Get<IPrivatePackages>().AddAsync(ada.UserId, new MemoryStream(package.Bytes), ada.UserId);
        world.Registry.Publish(package); // so that it comes into the store, from where it can be packed again
        await world.InstallAsync(ada, "Mine", "1.0.0");
        change(world.Get<IPackageBlobs>().FindFile(package.Version.Digest)!);
    }

    private static Task Files(TestWorld world, Action<string> change) => Done(() =>
    {
        var path = RepairTests.Entry(world);
        RepairTests.Break(() => change(path), path, "");
    });

    private static Task Index(TestWorld world, Action<string> change) => Done(() => change(world.Store.Paths.Index(Old)));

    private static void Flip(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private static Task Sql(TestWorld world, string sql, OperationCaller ada) => world.Database.WriteAsync(session => session.ExecuteAsync(sql, new { ada.UserId }));

    private static Task Done(Action change)
    {
        change();
        return Task.CompletedTask;
    }
}
