using Berth.Data.Sessions;
using Berth.Lifecycle.PrivatePackages;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Tests.World;
using Berth.Packaging.Archive;

namespace Berth.Lifecycle.Tests.PrivatePackages;

public sealed class PrivatePackagesTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_a_user_added_is_readable_by_that_user_and_unknown_to_others(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var (ada, bob) = (await world.AddUserAsync(), await world.AddUserAsync("bob"));
        var package = await TestPackage.FrontendAsync("Notes", "1.0.0");

        var added = await AddAsync(world, ada.UserId, package);

        added.IsNew.ShouldBeTrue();
        added.Version.Digest.ShouldBe(package.Version.Digest);
        added.Version.TrustLevel.ShouldBe("community");
        var found = (await Packages(world).VersionsAsync(ada.UserId, "nOTES")).ShouldHaveSingleItem();
        (found.Slug, found.Version.ToString(), found.Digest, found.Size).ShouldBe(("Notes", "1.0.0", package.Version.Digest, package.Bytes.LongLength));
        (await ReadAsync(world, found)).ShouldBe(package.Bytes);
        (await Packages(world).VersionsAsync(bob.UserId, "Notes")).ShouldBeEmpty();
        (await Packages(world).Source.VersionsAsync("Notes")).ShouldBeEmpty();
        (await Packages(world).Source.SearchAsync(new AvailableQuery())).Plugins.ShouldBeEmpty();
        (await world.CountAsync("SELECT COUNT(*) FROM audit WHERE action = 'package.add_private' AND user_id = @UserId", new { ada.UserId })).ShouldBe(1);
        (await world.CountAsync("SELECT COUNT(*) FROM outbox WHERE type = 'berth.package.private_added' AND user_id = @UserId", new { ada.UserId })).ShouldBe(1);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task The_same_bytes_again_change_nothing(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await world.AddUserAsync();
        var package = await TestPackage.FrontendAsync("Notes", "1.0.0");
        await AddAsync(world, ada.UserId, package);

        (await AddAsync(world, ada.UserId, package)).IsNew.ShouldBeFalse();

        (await Packages(world).VersionsAsync(ada.UserId, "Notes")).ShouldHaveSingleItem();
        (await world.CountAsync("SELECT COUNT(*) FROM audit")).ShouldBe(1);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task R07_the_same_version_with_other_bytes_is_another_package_beside_it(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var (ada, bob) = (await world.AddUserAsync(), await world.AddUserAsync("bob"));
        var first = await TestPackage.FrontendAsync("Notes", "1.0.0");
        var second = await TestPackage.FrontendAsync("Notes", "1.0.0", files: new PackageInput("dist/more.js", "1"u8.ToArray()));
        await AddAsync(world, ada.UserId, first);
        await AddAsync(world, bob.UserId, second);

        await AddAsync(world, ada.UserId, second);

        (await Packages(world).VersionsAsync(ada.UserId, "Notes")).Select(version => version.Digest).ShouldBe([first.Version.Digest, second.Version.Digest], ignoreOrder: true);
        (await ReadAsync(world, (await Packages(world).VersionsAsync(bob.UserId, "Notes")).ShouldHaveSingleItem())).ShouldBe(second.Bytes);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_package_that_breaks_the_rules_leaves_nothing(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await world.AddUserAsync();

        var refused = (await Packages(world).AddAsync(ada.UserId, new MemoryStream("no package"u8.ToArray()), ada.UserId)).ShouldBeOfType<PrivatePackageOutcome.Refused>();

        refused.Faults.ShouldNotBeEmpty();
        ShouldKeepNothing(world);
        (await world.CountAsync("SELECT COUNT(*) FROM private_version")).ShouldBe(0);
    }

    [Fact]
    public async Task A_package_that_never_ends_leaves_nothing()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await world.AddUserAsync();

        var large = (await Packages(world).AddAsync(ada.UserId, new EndlessStream(), ada.UserId)).ShouldBeOfType<PrivatePackageOutcome.TooLarge>();

        large.MaxBytes.ShouldBe(PackageLimits.Default.MaxPackageBytes);
        ShouldKeepNothing(world);
    }

    [Fact]
    public async Task A_stream_that_breaks_leaves_nothing()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await world.AddUserAsync();
        var package = await TestPackage.FrontendAsync("Notes", "1.0.0");

        await Should.ThrowAsync<IOException>(() => Packages(world).AddAsync(ada.UserId, new BrokenStream(package.Bytes[..100]), ada.UserId));

        ShouldKeepNothing(world);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Who_is_granted_a_version_reads_it_at_once_and_after_a_restart(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var (ada, bob) = (await world.AddUserAsync(), await world.AddUserAsync("bob"));
        var package = await TestPackage.FrontendAsync("Notes", "1.0.0");
        await AddAsync(world, ada.UserId, package);
        (await Packages(world).VersionsAsync(bob.UserId, "Notes")).ShouldBeEmpty();

        (await Packages(world).GrantAsync(package.Version.Digest, bob.UserId, ada.UserId)).ShouldBeTrue();

        (await Packages(world).VersionsAsync(bob.UserId, "Notes")).ShouldHaveSingleItem();
        await world.RestartAsync();
        (await Packages(world).VersionsAsync(bob.UserId, "Notes")).ShouldHaveSingleItem().Digest.ShouldBe(package.Version.Digest);
        (await Packages(world).GrantAsync(new string('0', 64), bob.UserId, ada.UserId)).ShouldBeFalse();
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_an_administrator_brings_is_internal_for_all_its_readers_and_stays_so(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var (ada, root) = (await world.AddUserAsync(), await world.AddUserAsync("root"));
        var package = await TestPackage.FrontendAsync("Notes", "1.0.0");
        await AddAsync(world, ada.UserId, package);
        (await LevelAsync(ada.UserId)).ShouldBe("community");

        (await Packages(world).AddTrustedAsync(root.UserId, new MemoryStream(package.Bytes), root.UserId)).ShouldBeOfType<PrivatePackageOutcome.Added>().Version.TrustLevel.ShouldBe("internal");

        (await LevelAsync(ada.UserId)).ShouldBe("internal");
        (await AddAsync(world, ada.UserId, package)).Version.TrustLevel.ShouldBe("internal");

        async Task<string> LevelAsync(string userId) => (await Packages(world).VersionsAsync(userId, "Notes")).ShouldHaveSingleItem().TrustLevel;
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task R59_many_additions_at_once_are_never_mixed(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var users = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => world.AddUserAsync($"user{i}")));
        var packages = await Task.WhenAll(users.Select((_, i) => TestPackage.FrontendAsync($"Plugin{i}", "1.0.0")));

        await Task.WhenAll(users.Select((user, i) => AddAsync(world, user.UserId, packages[i])));

        for (var i = 0; i < users.Length; i++)
        {
            var found = (await Packages(world).VersionsAsync(users[i].UserId, $"Plugin{i}")).ShouldHaveSingleItem();
            (await ReadAsync(world, found)).ShouldBe(packages[i].Bytes);
        }
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Everybody_who_adds_the_same_bytes_at_once_may_read_them(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var users = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => world.AddUserAsync($"user{i}")));
        var package = await TestPackage.FrontendAsync("Notes", "1.0.0");

        await Task.WhenAll(users.Select(user => AddAsync(world, user.UserId, package)));

        foreach (var user in users)
            (await Packages(world).VersionsAsync(user.UserId, "Notes")).ShouldHaveSingleItem();
        (await world.CountAsync("SELECT COUNT(*) FROM private_version")).ShouldBe(1);
    }

    private static IPrivatePackages Packages(TestWorld world) => world.Get<IPrivatePackages>();

    private static async Task<PrivatePackageOutcome.Added> AddAsync(TestWorld world, string userId, TestPackage package) =>
        (await Packages(world).AddAsync(userId, new MemoryStream(package.Bytes), userId)).ShouldBeOfType<PrivatePackageOutcome.Added>();

    private static async Task<byte[]> ReadAsync(TestWorld world, AvailableVersion version)
    {
        await using var stream = await Packages(world).Source.OpenAsync(version);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static void ShouldKeepNothing(TestWorld world) =>
        Directory.EnumerateFiles(Path.Combine(world.PluginsDirectory, "..", "packages"), "*", SearchOption.AllDirectories).ShouldBeEmpty();

    private sealed class EndlessStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => count;

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
