using Berth.Lifecycle.Migration.OldLayout;
using Berth.Lifecycle.Tests.World;
using static Berth.Lifecycle.Tests.Migration.OldWorlds;

namespace Berth.Lifecycle.Tests.Migration.OldLayout;

/// <summary>Layouts and rows that contradict each other: what of them is whose.</summary>
[Trait("regression", "R33")]
public sealed class OldLayoutCasesTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly OldWorldBuilder _world;

    public OldLayoutCasesTests() => _world = new OldWorldBuilder(_folder.Path).User(Ana, "ana").User(Ben, "ben");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_of_the_users_id_without_dashes_is_the_users()
    {
        _world.Plugin(new OldPlugin(Ana, "Notes", "1.0.5") { Place = OldPlace.Nowhere });
        AddFiles($"{Ana.Replace("-", "", StringComparison.Ordinal)}/Notes", "Notes", "1.0.5");
        var old = await ReadAsync();
        old.Installations.Single().Folder.ShouldNotBeNull();
        old.Installations.Single().UserId.ShouldBe(Ana);
        old.Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Rows_that_write_the_user_without_dashes_and_folders_named_after_them_are_the_users()
    {
        var plain = Ana.Replace("-", "", StringComparison.Ordinal);
        _world.Plugin(new OldPlugin(plain, "Notes", "1.0.5") { Place = OldPlace.PluginId });
        var old = await ReadAsync();
        old.Installations.Single().UserId.ShouldBe(Ana);
        old.Installations.Single().Folder.ShouldNotBeNull();
        old.Installations.Single().Modules.Count.ShouldBe(2);
        old.Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_several_version_folders_the_one_that_the_row_names_is_the_plugin_and_the_others_are_left_with_a_word()
    {
        _world.Plugin(new OldPlugin(Ana, "Notes", "1.0.5") { Place = OldPlace.VersionBelowSlug });
        AddFiles($"{Ana}/Notes/v1.0.10", "Notes", "1.0.10");
        AddFiles($"{Ana}/Notes/1.0.4", "Notes", "1.0.4");
        var old = await ReadAsync();
        old.Installations.Single(one => one.Row is not null).Folder!.Path.ShouldEndWith("Notes/v1.0.5");
        old.Installations.Where(one => one.Row is null).ShouldAllBe(one => one.Obstacle != null);
        old.Findings.Count(finding => finding.Bucket == OldBucket.FilesWithoutRow).ShouldBe(2);
    }

    [Fact]
    public async Task A_version_folder_of_another_version_than_the_row_gives_its_files_and_the_row_its_version()
    {
        _world.Plugin(new OldPlugin(Ana, "Notes", "1.0.5") { Place = OldPlace.Nowhere });
        AddFiles($"{Ana}/Notes/v1.0.4", "Notes", "1.0.4");
        var old = await ReadAsync();
        old.Installations.Single().Version.ShouldBe("1.0.5");
        old.Installations.Single().Folder.ShouldNotBeNull();
        old.Findings.Single().Bucket.ShouldBe(OldBucket.Remark);
    }

    [Fact]
    public async Task An_older_version_inside_a_plugins_folder_is_no_part_of_the_plugin()
    {
        _world.Plugin(new OldPlugin(Ana, "Notes", "1.0.5"));
        AddFiles($"{Ana}/Notes/v1.0.4", "Notes", "1.0.4");
        var old = await ReadAsync();
        old.Installations.Single().Folder!.Files.ShouldAllBe(file => !file.Path.StartsWith('v'));
        old.Findings.Single().Bucket.ShouldBe(OldBucket.Stray);
    }

    [Fact]
    public async Task A_user_with_a_folder_of_the_slug_and_one_of_the_plugin_id_has_the_plugin_once()
    {
        _world.Plugin(new OldPlugin(Ana, "Notes", "1.0.5"));
        AddFiles($"{Ana}/{Ana}_Notes", "Notes", "1.0.5");
        var old = await ReadAsync();
        old.Installations.Single(one => one.Obstacle is null).Folder!.Path.ShouldEndWith($"{Ana}/Notes");
        old.Installations.Single(one => one.Obstacle is not null).Row.ShouldBeNull();
    }

    [Fact]
    public async Task Two_rows_of_one_plugin_are_one_installation_and_one_finding()
    {
        _world.Plugin(new OldPlugin(Ana, "Notes", "1.0.5"));
        _world.Row("plugin", new() { ["id"] = $"{Ana}_notes2", ["user_id"] = Ana, ["plugin_slug"] = "notes", ["version"] = "1.0.4" });
        var old = await ReadAsync();
        old.Installations.Single(one => one.Obstacle is null).Version.ShouldBe("1.0.5");
        old.Findings.Single().Bucket.ShouldBe(OldBucket.NotMigrated);
    }

    [Fact]
    public async Task A_prefix_of_another_plugins_id_gets_none_of_its_modules_R24()
    {
        _world.Plugin(new OldPlugin(Ana, "Note", "1.0.0")).Plugin(new OldPlugin(Ana, "Note_s", "1.0.0"));
        _world.Row("module", new() { ["id"] = $"{Ana}_Note_s_Extra", ["user_id"] = Ana, ["name"] = "Extra" });
        var old = await ReadAsync();
        old.Installations.Single(one => one.Slug == "Note").Modules.Count.ShouldBe(2);
        old.Installations.Single(one => one.Slug == "Note_s").Modules.Select(row => row.Id).ShouldContain($"{Ana}_Note_s_Extra");
        old.Installations.Single(one => one.Slug == "Note_s").Modules.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Another_users_row_or_folder_is_never_taken()
    {
        _world.Plugin(new OldPlugin(Ana, "Notes", "1.0.5") { Place = OldPlace.Nowhere });
        _world.Plugin(new OldPlugin(Ben, "Notes", "1.0.5"));
        _world.Row("module", new() { ["id"] = $"{Ana}_Notes_X", ["plugin_id"] = $"{Ben}_Gone", ["user_id"] = Ana, ["name"] = "X" });
        var old = await ReadAsync();
        old.Installations.Single(one => one.UserId == Ana).Folder.ShouldBeNull();
        old.Findings.Select(finding => finding.Bucket).ShouldBe([OldBucket.RowWithoutFiles, OldBucket.OrphanedModule]);
    }

    [Fact]
    public async Task A_record_of_installed_plugins_refers_to_shared_versions()
    {
        AddFiles("shared/Charts/v2.1.0", "Charts", "2.1.0");
        AddFiles("shared/Unused/v1.0.0", "Unused", "1.0.0");
        _world.File($"users/user_{Ben}/installed_plugins.json", """{"user_id":"x","plugins":{"Charts":{"version":"v2.1.0","shared_path":"shared/Charts/v2.1.0"},"Lost":{"version":"1.0.0"}}}""");
        var old = await ReadAsync();
        var charts = old.Installations.Single();
        (charts.UserId, charts.Slug, charts.Version, charts.IsShared, charts.Obstacle).ShouldBe((Ben, "Charts", "2.1.0", true, null));
        old.Findings.Single(finding => finding.Bucket == OldBucket.Stray).Message.ShouldContain("Lost");
        old.Findings.Where(finding => finding.Bucket == OldBucket.FilesWithoutRow).Select(finding => finding.Slug).ShouldBe(["Charts", "Unused"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_shared_version_never_stands_for_another_one_R04()
    {
        _world.Plugin(new OldPlugin(Ana, "Charts", "1.0.1") { Place = OldPlace.Nowhere });
        AddFiles("shared/Charts/v1.0.10", "Charts", "1.0.10");
        (await ReadAsync()).Installations.Single().Folder.ShouldBeNull();
    }

    [Fact]
    public async Task A_shared_version_is_read_once_and_is_nobodys_duplicate()
    {
        _world.Plugin(new OldPlugin(Ana, "Charts", "2.1.0") { Place = OldPlace.Shared }).Plugin(new OldPlugin(Ben, "Charts", "2.1.0") { Place = OldPlace.Shared });
        var old = await ReadAsync();
        old.Installations.Count.ShouldBe(2);
        old.Bytes.ShouldBe(old.Installations[0].Folder!.Bytes);
        old.Findings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("plugins/{user}/Notes/dist/remoteEntry.js")]
    [InlineData("/Notes/dist/remoteEntry.js?v=3")]
    [InlineData("./dist/remoteEntry.js")]
    [InlineData("https://cdn.example.org/remoteEntry.js")]
    [InlineData(null)]
    public async Task The_bundle_is_found_however_the_row_writes_its_place(string? location)
    {
        _world.Plugin(new OldPlugin(Ana, "Notes", "1.0.5")
        {
            Columns = new Dictionary<string, object?> { ["bundle_location"] = location?.Replace("{user}", Ana, StringComparison.Ordinal) },
        });
        (await ReadAsync()).Findings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("files", 3)]
    [InlineData("bytes", 100)]
    [InlineData("levels", 1)]
    public async Task A_plugin_beyond_the_bounds_is_not_half_read_but_named(string bound, int value)
    {
        _world.Plugin(new OldPlugin(Ana, "Notes", "1.0.5")).Write();
        var limits = bound switch
        {
            "files" => OldLayoutLimits.Default with { MaxFiles = value },
            "bytes" => OldLayoutLimits.Default with { MaxFolderBytes = value },
            _ => OldLayoutLimits.Default with { MaxLevels = value },
        };
        var old = await new OldSystemReader(limits).ReadAsync(_world.Plugins, _world.Database);
        old.Installations.Single().Folder.ShouldBeNull();
        old.Installations.Single().Obstacle.ShouldNotBeNull();
        old.Findings.Single().Bucket.ShouldBe(OldBucket.NotMigrated);
        old.Findings.Single().Message.ShouldContain("more than");
    }

    [Fact]
    public async Task Stray_files_beyond_the_bound_are_counted()
    {
        for (var i = 0; i < 10; i++)
            _world.File($"stray{OldPluginNumber(i)}.txt", "x");
        _world.Write();
        var old = await new OldSystemReader(OldLayoutLimits.Default with { MaxStrays = 3 }).ReadAsync(_world.Plugins, _world.Database);
        old.Findings.Count.ShouldBe(4);
        old.Findings.ShouldContain(finding => finding.Path == null && finding.Message.StartsWith("7 more"));
    }

    [Fact]
    public async Task A_users_row_written_twice_with_dashes_and_without_is_one_user()
    {
        _world.User(Ana.Replace("-", "", StringComparison.Ordinal), "ana2");
        var old = await ReadAsync();
        old.Users.Select(user => user.NewId).ShouldBeUnique();
        old.Findings.Single().Bucket.ShouldBe(OldBucket.NotMigrated);
    }

    [Fact]
    public async Task A_folder_of_an_unknown_user_is_reported_and_left()
    {
        AddFiles($"{Nobody}/Notes", "Notes", "1.0.5");
        var old = await ReadAsync();
        old.Findings.Single().Bucket.ShouldBe(OldBucket.UnknownUser);
        old.Installations.Single().Obstacle.ShouldNotBeNull();
    }

    private static string OldPluginNumber(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private void AddFiles(string folder, string slug, string version)
    {
        foreach (var (path, content) in OldPluginFiles.Make(slug, version))
            _world.File($"{folder}/{path}", content);
    }

    private async Task<OldSystem> ReadAsync()
    {
        _world.Write();
        return await new OldSystemReader().ReadAsync(_world.Plugins, _world.Database);
    }
}
