using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Tests.World;
using Berth.Packaging.Archive;

namespace Berth.Lifecycle.Tests.Store;

public sealed class SharedStoreTests : IAsyncLifetime
{
    private TestWorld _world = null!;

    public async Task InitializeAsync() => _world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_version_holds_exactly_the_packages_files_read_only()
    {
        var package = await ChartsAsync("1.0.0");

        var stored = await EnsureAsync(package);

        stored.Directory.ShouldBe(Path.Combine(_world.PluginsDirectory, "shared", "Charts", "v1.0.0"));
        Directory.EnumerateFiles(stored.Directory, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(stored.Directory, file))
            .ShouldBe(["plugin.json", "dist/remoteEntry.js", "dist/logo.png", "src/secret.ts", "README.md"], ignoreOrder: true);
        File.GetUnixFileMode(Path.Combine(stored.Directory, "dist/remoteEntry.js")).ShouldBe((UnixFileMode)0b100_100_100);
        File.GetUnixFileMode(Path.Combine(stored.Directory, "dist")).ShouldBe((UnixFileMode)0b101_101_101);
        File.GetUnixFileMode(stored.Directory).ShouldBe((UnixFileMode)0b101_101_101);
        File.Exists(Path.Combine(_world.PluginsDirectory, "shared", "Charts", "metadata.json")).ShouldBeTrue();
        StateDump.Staging(_world).ShouldBe(0);
    }

    [Fact]
    public async Task Who_has_installed_what_and_the_locks_are_closed_to_other_users_of_the_machine_and_the_versions_are_not()
    {
        if (OperatingSystem.IsWindows())
            return;
        var stored = await EnsureAsync(await ChartsAsync("1.0.0"));
        var users = Directory.CreateDirectory(Path.Combine(_world.PluginsDirectory, "users")).FullName;
        File.SetUnixFileMode(users, (UnixFileMode)0b111_101_101);

        new StorePaths(_world.PluginsDirectory).KeepOthersOut();

        File.GetUnixFileMode(users).ShouldBe((UnixFileMode)0b111_101_000);
        ((int)File.GetUnixFileMode(Path.Combine(_world.PluginsDirectory, "cache")) & 0b111).ShouldBe(0);
        ((int)File.GetUnixFileMode(stored.Directory) & 0b111).ShouldBe(0b101);
    }

    [Fact]
    public async Task Served_files_carry_type_tags_and_variants_and_others_do_not_exist()
    {
        var stored = await EnsureAsync(await ChartsAsync("1.0.0"));

        stored.Files.TryFind("dist/remoteEntry.js", out var script).ShouldBeTrue();
        script!.MediaType.ShouldBe("text/javascript; charset=utf-8");
        script.Identity.ETag.Length.ShouldBe(34);
        script.Brotli!.ETag.ShouldBe(script.Identity.ETag[..^1] + "-br\"");
        script.Gzip!.ETag.ShouldBe(script.Identity.ETag[..^1] + "-gz\"");
        new FileInfo(script.Brotli.FullPath).Length.ShouldBe(script.Brotli.Size);
        await using (var coded = new System.IO.Compression.BrotliStream(File.OpenRead(script.Brotli.FullPath), System.IO.Compression.CompressionMode.Decompress))
        using (var reader = new StreamReader(coded))
            (await reader.ReadToEndAsync()).ShouldBe(await File.ReadAllTextAsync(script.Identity.FullPath));
        stored.Files.TryFind("dist/logo.png", out var logo).ShouldBeTrue();
        (logo!.MediaType, logo.Brotli, logo.Gzip).ShouldBe(("image/png", null, null));
        stored.Files.TryFind("README.md", out var readme).ShouldBeTrue();
        (readme!.MediaType, readme.Brotli).ShouldBe(("text/markdown; charset=utf-8", null));
        foreach (var path in new[] { "src/secret.ts", "plugin.json", "dist/../plugin.json", "/dist/remoteEntry.js", "DIST/remoteEntry.js", "dist", "" })
            stored.Files.TryFind(path, out _).ShouldBeFalse(path);
    }

    [Fact]
    public async Task A_restart_reads_the_version_back_as_it_was()
    {
        var before = await EnsureAsync(await ChartsAsync("1.0.0"));
        await _world.RestartAsync();

        var after = (await _world.Store.FindVersionAsync("Charts", "1.0.0")).ShouldNotBeNull();

        (after.Digest, after.TrustLevel, after.Directory).ShouldBe((before.Digest, before.TrustLevel, before.Directory));
        after.Files.Files.OrderBy(file => file.Path).ShouldBe(before.Files.Files.OrderBy(file => file.Path));
        var files = await ((IPluginVersionSource)_world.Store).FindAsync(new PluginVersionId("Charts", "1.0.0"), CancellationToken.None);
        files!.Manifest.Name.ShouldBe("Charts");
    }

    [Fact]
    public async Task The_host_finds_all_versions_of_a_plugin_in_any_spelling_and_knows_which_are_private()
    {
        await EnsureAsync(await ChartsAsync("1.0.0"));
        var mine = await ChartsAsync("1.1.0");
        _world.Registry.Publish(mine);
        await _world.Store.EnsureAsync(mine.Version with { IsPrivate = true }, _world.Registry);
        IPluginVersionSource source = _world.Store;

        var found = await source.VersionsAsync("charts", CancellationToken.None);

        found.OrderBy(files => files.Id.Version).Select(files => (files.Id.ToString(), files.IsPrivate)).ShouldBe([("Charts 1.0.0", false), ("Charts 1.1.0", true)]);
        foreach (var slug in new[] { "Chart", "..", "", "Charts/v1.0.0" })
            (await source.VersionsAsync(slug, CancellationToken.None)).ShouldBeEmpty(slug);
    }

    [Fact]
    public async Task R04_a_version_is_not_found_under_another_ones_name()
    {
        await EnsureAsync(await ChartsAsync("1.0.10"));
        await EnsureAsync(await ChartsAsync("1.0.0-a.index"));

        foreach (var version in new[] { "1.0.1", "1.0", "v1.0.10", "1.0.10/", "1.0.10/../1.0.10", "1.0.0-a", "", ".." })
            (await _world.Store.FindVersionAsync("Charts", version)).ShouldBeNull(version);
        foreach (var slug in new[] { "charts", "..", "../shared/Charts", "Charts/", "" })
            (await _world.Store.FindVersionAsync(slug, "1.0.10")).ShouldBeNull(slug);
        (await _world.Store.FindVersionAsync("Charts", "1.0.0-a.index")).ShouldNotBeNull();
    }

    [Fact]
    public async Task R07_other_bytes_under_the_same_number_never_replace_what_is_there()
    {
        var (first, second) = (await ChartsAsync("1.0.0"), await TestPackage.FrontendAsync("Charts", "1.0.0", modules: ["Evil"]));
        var stored = await EnsureAsync(first);

        var labelled = await EnsureAsync(second);

        labelled.Version.ShouldBe($"1.0.0+sha.{second.Version.Digest[..8]}");
        labelled.Digest.ShouldBe(second.Version.Digest);
        labelled.Manifest.Version.ToString().ShouldBe("1.0.0");
        labelled.Directory.ShouldNotBe(stored.Directory);
        (await EnsureAsync(first)).ShouldBeSameAs(stored);
        (await EnsureAsync(second)).ShouldBeSameAs(labelled);
        (await _world.Store.FindVersionAsync("Charts", "1.0.0"))!.Digest.ShouldBe(stored.Digest);
        var ada = await _world.AddUserAsync();
        (await _world.Operations.InstallAsync(ada, new InstallRequest("Charts"))).ShouldBeDone().Version.ShouldBe(labelled.Version);
        var plugin = (await _world.FindAsync(ada, "Charts")).ShouldNotBeNull();
        (plugin.Version, plugin.Digest).ShouldBe((labelled.Version, labelled.Digest));
    }

    [Fact]
    public async Task R07_many_packages_of_one_number_at_once_all_land_with_their_own_bytes()
    {
        var packages = new List<TestPackage>();
        for (var i = 0; i < 5; i++)
            packages.Add(await TestPackage.FrontendAsync("Charts", "1.0.0-rc.1+build", modules: [$"M{i}"]));

        var stored = await Task.WhenAll(packages.Select(package => Task.Run(async () =>
        {
            var registry = new TestRegistry();
            registry.Publish(package);
            return await _world.Store.EnsureAsync(package.Version, registry);
        })));

        stored.Select(version => version.Digest).ShouldBe(packages.Select(package => package.Version.Digest));
        stored.Select(version => version.Version).Distinct().Count().ShouldBe(5);
        stored.Count(version => version.Version == "1.0.0-rc.1+build").ShouldBe(1);
        stored.ShouldAllBe(version => version.Version == "1.0.0-rc.1+build" || version.Version == $"1.0.0-rc.1+build.sha.{version.Digest.Substring(0, 8)}");
    }

    [Fact]
    public async Task R08_a_folder_without_its_index_and_an_index_without_its_folder_are_no_version_and_are_replaced()
    {
        var package = await ChartsAsync("1.0.0");
        var id = new PluginVersionId("Charts", "1.0.0");
        Directory.CreateDirectory(_world.Store.Paths.Index(id));
        await File.WriteAllTextAsync(Path.Combine(_world.Store.Paths.Index(id), "files.json"), "{}");

        (await _world.Store.FindVersionAsync("Charts", "1.0.0")).ShouldBeNull();
        (await EnsureAsync(package)).Files.Files.Count.ShouldBe(3);
    }

    [Fact]
    public async Task R17_sixteen_users_at_once_on_an_empty_store_fetch_a_version_once_and_all_succeed()
    {
        await Scenario.PublishAsync(_world.Registry);
        var users = new List<OperationCaller>();
        for (var i = 0; i < 16; i++)
            users.Add(await _world.AddUserAsync($"user{i}"));
        var gate = new TaskCompletionSource();
        _world.Registry.BeforeSending = () => gate.Task;

        var installs = users.Select(user => Task.Run(() => _world.Operations.InstallAsync(user, new InstallRequest("Echo", "1.0.0")))).ToList();
        await Eventually.BecomesAsync(() => Task.FromResult(_world.Witness.Steps.Count(step => step == "install.fetch") == 16));
        gate.SetResult();

        foreach (var outcome in await Task.WhenAll(installs))
            outcome.ShouldBeDone();
        _world.Registry.Fetches.ShouldBe(1);
        _world.Witness.Steps.Count(step => step == "store.extracted").ShouldBe(1);
        StateDump.Staging(_world).ShouldBe(0);
    }

    [Fact]
    public async Task R17_two_processes_on_one_folder_both_succeed()
    {
        var package = await ChartsAsync("1.0.0");
        _world.Registry.Publish(package);
        await using var services = TestWorld.Services(_world.Database, _world.Registry, new TestWitness(), _world.PluginsDirectory);
        var other = (ISharedStore)services.GetService(typeof(ISharedStore))!;

        var both = await Task.WhenAll(
            _world.Store.EnsureAsync(package.Version, _world.Registry), other.EnsureAsync(package.Version, _world.Registry));

        both[0].Digest.ShouldBe(both[1].Digest);
        StateDump.Staging(_world).ShouldBe(0);
    }

    [Fact]
    public async Task One_callers_cancellation_does_not_end_the_fetch_for_the_others()
    {
        var package = await ChartsAsync("1.0.0");
        _world.Registry.Publish(package);
        var gate = new TaskCompletionSource();
        _world.Registry.BeforeSending = () => gate.Task;
        using var leaving = new CancellationTokenSource();
        var first = _world.Store.EnsureAsync(package.Version, _world.Registry, leaving.Token);
        var second = _world.Store.EnsureAsync(package.Version, _world.Registry);

        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);
        gate.SetResult();

        (await second).Version.ShouldBe("1.0.0");
    }

    [Fact]
    public async Task R30_bytes_that_are_not_what_was_promised_leave_nothing()
    {
        var package = await ChartsAsync("1.0.0");
        _world.Registry.Publish(package);
        _world.Registry.Send = bytes => new MemoryStream([.. bytes, 0]);

        var refused = await Should.ThrowAsync<StoreException>(() => _world.Store.EnsureAsync(package.Version, _world.Registry));

        refused.Code.ShouldBe("store.digest_mismatch");
        StateDump.Staging(_world).ShouldBe(0);
        (await _world.Store.FindVersionAsync("Charts", "1.0.0")).ShouldBeNull();
        _world.Registry.Send = bytes => new MemoryStream(bytes);
        (await _world.Store.EnsureAsync(package.Version, _world.Registry)).ShouldNotBeNull();
    }

    [Fact]
    public async Task R30_a_package_that_breaks_the_rules_or_is_of_another_plugin_leaves_nothing()
    {
        var package = await ChartsAsync("1.0.0");
        _world.Registry.Publish(package);
        var junk = "no archive"u8.ToArray();
        _world.Registry.Send = _ => new MemoryStream(junk);
        var lie = package.Version with { Digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(junk)) };
        (await Should.ThrowAsync<StoreException>(() => _world.Store.EnsureAsync(lie, _world.Registry))).Code.ShouldBe("store.package_refused");

        var other = await TestPackage.FrontendAsync("Other", "1.0.0");
        _world.Registry.Send = _ => new MemoryStream(other.Bytes);
        (await Should.ThrowAsync<StoreException>(() => _world.Store.EnsureAsync(package.Version with { Digest = other.Version.Digest }, _world.Registry)))
            .Code.ShouldBe("store.package_refused");
        StateDump.Staging(_world).ShouldBe(0);
        Directory.Exists(_world.Store.Paths.Plugin("Charts")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_new_decision_on_trust_reaches_the_store()
    {
        var package = await ChartsAsync("1.0.0");
        await EnsureAsync(package);

        (await EnsureAsync(package with { Version = package.Version with { TrustLevel = "internal" } })).TrustLevel.ShouldBe("internal");
        await _world.RestartAsync();
        (await _world.Store.FindVersionAsync("Charts", "1.0.0"))!.TrustLevel.ShouldBe("internal");
    }

    [Fact]
    public async Task Staging_of_a_living_process_is_left_alone()
    {
        var package = await ChartsAsync("1.0.0");
        _world.Registry.Publish(package);
        var gate = new TaskCompletionSource();
        _world.Registry.BeforeSending = () => gate.Task;
        var staging = _world.Store.EnsureAsync(package.Version, _world.Registry);
        await Eventually.BecomesAsync(() => Task.FromResult(_world.Registry.Fetches == 1));

        await _world.Operations.RecoverAsync();

        StateDump.Staging(_world).ShouldBe(1);
        gate.SetResult();
        (await staging).Version.ShouldBe("1.0.0");
    }

    private static Task<TestPackage> ChartsAsync(string version) => TestPackage.FrontendAsync(
        "Charts", version, files:
        [
            new PackageInput("dist/logo.png", new byte[2_000]),
            new PackageInput("src/secret.ts", "export {}"u8.ToArray()),
            new PackageInput("README.md", "# Charts"u8.ToArray()),
        ]);

    private Task<StoredVersion> EnsureAsync(TestPackage package)
    {
        _world.Registry.Publish(package);
        return _world.Store.EnsureAsync(package.Version, _world.Registry);
    }
}
