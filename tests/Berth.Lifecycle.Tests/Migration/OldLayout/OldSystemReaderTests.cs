using Berth.Lifecycle.Migration.OldLayout;
using Berth.Lifecycle.Tests.World;
using static Berth.Lifecycle.Tests.Migration.OldWorlds;

namespace Berth.Lifecycle.Tests.Migration.OldLayout;

[Trait("regression", "R33")]
public sealed class OldSystemReaderTests(EveryCaseRead read) : IClassFixture<EveryCaseRead>
{
    [Fact]
    public void Reading_changes_no_byte_no_time_and_no_name_of_the_old_system() => read.After.ShouldBe(read.Before);

    [Fact]
    public void Every_row_and_every_folder_without_a_row_is_an_installation()
    {
        var old = read.Old;
        old.Installations.Select(one => $"{Name(one.UserId)} {one.Slug} {one.Version}{(one.Row is null ? " no row" : "")}{(one.Folder is null ? " no files" : "")}{(one.IsShared ? " shared" : "")}{(one.Obstacle is null ? "" : " obstacle")}")
            .ShouldBe(
            [
                "ana Charts 2.1.0 shared", "ana Notes 1.0.5", "ana Weather 1.0.1", "ana bad/slug 1.0.0 no files obstacle",
                "ben Charts 2.1.0 no row shared", "ben Garbled newest, I think obstacle", "ben Notes 1.0.5", "ben Weather 1.0.1",
                "cleo Empty 1.0.0", "cleo Names 1.0.0", "cleo Notes 1.0.5", "cleo Weather 1.0.0",
                "dora Charts 2.1.0 shared", "dora Notes 1.0.5", "dora Sketch 0.9.0 no row", "dora Unnamed 1.1.0", "dora Weather 1.0.0",
                "eli Gone 1.0.0 no files", "eli Notes 1.0.5",
                "nobody Notes 1.0.5 obstacle", "root Weather 1.2.3+4",
            ], ignoreOrder: true);
    }

    [Theory]
    [InlineData(nameof(OldBucket.SameVersionOtherBytes), "cleo Notes, dora Notes, eli Notes, cleo Empty")]
    [InlineData(nameof(OldBucket.IdenticalDuplicate), "ben Notes, ben Weather, dora Weather")]
    [InlineData(nameof(OldBucket.FilesWithoutRow), "dora Sketch, ben Charts")]
    [InlineData(nameof(OldBucket.RowWithoutFiles), "eli Gone")]
    [InlineData(nameof(OldBucket.Truncated), "dora Notes, eli Notes, cleo Empty")]
    [InlineData(nameof(OldBucket.OrphanedModule), "ana ")]
    [InlineData(nameof(OldBucket.UnknownUser), "nobody Notes")]
    [InlineData(nameof(OldBucket.NotMigrated), "ana bad/slug, ben Garbled")]
    public void Every_case_is_in_its_bucket(string bucket, string who)
    {
        var old = read.Old;
        old.Findings.Where(finding => finding.Bucket.ToString() == bucket).Select(finding => $"{Name(finding.UserId)} {finding.Slug}")
            .Distinct(StringComparer.Ordinal).ShouldBe(who.Split(", "), ignoreOrder: true);
    }

    [Fact]
    public void What_belongs_to_nothing_is_stray_and_named_by_its_path()
    {
        var old = read.Old;
        old.Findings.Where(finding => finding.Bucket == OldBucket.Stray).Select(finding => finding.Path).ShouldBe(
            [
                "README.txt", "cache", $"{Ana}/notes.tmp", $"{Ben}/{Ben}_Notes/.DS_Store", $"{Ben}/{Ben}_Notes/__pycache__",
                $"{Ana}/Notes/dist/outside.js", $"{Ana}/Elsewhere",
            ], ignoreOrder: true);
    }

    [Fact]
    public void Every_finding_says_what_the_migration_does_with_it()
    {
        var old = read.Old;
        old.Findings.ShouldNotBeEmpty();
        old.Findings.ShouldAllBe(finding => finding.Message.Length > 20 && finding.Message.EndsWith('.'));
    }

    [Fact]
    public void Every_user_is_read_with_all_columns_and_gets_an_id_of_32_digits()
    {
        var old = read.Old;
        old.Users.Select(user => user.Name).ShouldBe(["ana", "ben", "cleo", "dora", "eli", "root"], ignoreOrder: true);
        old.Users.Single(user => user.Id == Ana).NewId.ShouldBe("1a1a1a1a111141118111111111111111");
        old.Users.Single(user => user.Id == Eli).NewId.ShouldBe("5e5e5e5e555545558555555555555555");
        old.Users.Single(user => user.Id == Root).NewId.ShouldMatch("^[0-9a-f]{32}$");
        old.Users.Single(user => user.Id == Ana).Columns["email"].ShouldBe("ana@example.org");
    }

    [Fact]
    public void A_users_files_are_exactly_theirs_with_digest_and_size()
    {
        var old = read.Old;
        var notes = Of(old, Ben, "Notes");
        var made = OldPluginFiles.Make("Notes", "1.0.5");
        notes.Folder!.Files.Select(file => (file.Path, file.Size, file.Sha256)).ShouldBe(
            made.Select(file => (file.Key, file.Value.LongLength, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file.Value)))), ignoreOrder: true);
        notes.Folder.ContentDigest.ShouldBe(Of(old, Ana, "Notes").Folder!.ContentDigest);
    }

    [Fact]
    public void Modules_of_either_form_of_id_come_with_their_plugin()
    {
        var old = read.Old;
        Of(old, Ana, "Notes").Modules.Select(row => row.Id).ShouldBe([$"{Ana}_Notes_Main", $"{Ana}_Notes_Settings"]);
        Of(old, Ben, "Notes").Modules.Select(row => row.Id).ShouldBe([$"{Ben}_Main", $"{Ben}_Settings"]);
        Of(old, Cleo, "Names").Modules[0].Columns["unheard_of"].ShouldBe("kept");
    }

    [Fact]
    public void Broken_JSON_columns_other_spellings_and_unusable_names_are_remarks()
    {
        var old = read.Old;
        var remarks = old.Findings.Where(finding => finding.Bucket == OldBucket.Remark).ToList();
        remarks.Count(remark => remark.Message.Contains("'config_fields'", StringComparison.Ordinal)).ShouldBe(2);
        remarks.Count(remark => remark.Message.Contains("'weather'", StringComparison.Ordinal)).ShouldBe(1);
        remarks.Select(remark => remark.Path).ShouldContain($"{Cleo}/Names/dist/a:b.js");
        remarks.Select(remark => remark.Path).ShouldContain($"{Cleo}/Names/dist/aux.js");
        Of(old, Cleo, "Names").Folder!.Files.Select(file => file.Path).ShouldContain("dist/aux.js");
    }

    [Fact]
    public void What_the_files_say_of_the_plugin_is_read_without_running_them()
    {
        var described = Of(read.Old, Dora, "Sketch").Described.ShouldNotBeNull();
        described.Plugin["plugin_slug"].ShouldBe("\"Sketch\"");
        described.Plugin["description"].ShouldBe("\"Made for tests\"");
        described.Plugin["license"].ShouldBe("\"MIT\"");
        described.Plugin["official"].ShouldBe("true");
        described.Modules.Select(module => module["name"]).ShouldBe(["\"Main\"", "\"Settings\""]);
        described.Modules[0]["required_services"].ShouldBe("""{"api":{"methods":["get","post"],"version":"1.0.0"}}""");
    }

    [Fact]
    public async Task Reading_twice_gives_the_same_in_the_same_order()
    {
        using var folder = new TestFolder();
        var world = Large(folder.Path, seed: 7, users: 10, padding: 10).Write();
        var first = await new OldSystemReader().ReadAsync(world.Plugins, world.Database);
        var second = await new OldSystemReader().ReadAsync(world.Plugins, world.Database);
        second.Findings.ShouldBe(first.Findings);
        second.Installations.Select(one => (one.UserId, one.Slug, one.Version, one.Folder?.ContentDigest))
            .ShouldBe(first.Installations.Select(one => (one.UserId, one.Slug, one.Version, one.Folder?.ContentDigest)));
        second.Bytes.ShouldBe(first.Bytes);
        first.Bytes.ShouldBeGreaterThan(0);
    }

    private static OldInstallation Of(OldSystem old, string user, string slug) => old.Installations.Single(one => one.UserId == user && one.Slug == slug);

    private static string Name(string? user) => user switch
    {
        Ana => "ana",
        Ben => "ben",
        Cleo => "cleo",
        Dora => "dora",
        Eli => "eli",
        Nobody => "nobody",
        _ => user ?? "-",
    };
}
