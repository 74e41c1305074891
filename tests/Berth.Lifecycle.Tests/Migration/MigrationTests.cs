using Berth.Data.Sessions;
using Berth.Lifecycle.Migration;
using Berth.Lifecycle.Migration.OldLayout;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Migration;

public sealed class MigrationTests
{
    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task R33_Every_case_is_carried_over_and_every_byte_and_row_is_what_it_was(DatabaseKind kind)
    {
        await using var bed = await MigrationBed.CreateAsync(kind);
        var report = await bed.ApplyAsync();
        var verification = await bed.VerifyAsync();

        verification.Differences.ShouldBeEmpty();
        verification.Changed.ShouldBeEmpty();
        verification.Installations.ShouldBe(report.Installations.Migrated);
        verification.FilesServed.ShouldBeGreaterThan(30);
        verification.Rows.ShouldBe(report.Installations.Migrated + report.Modules);
        verification.FreeableBytes.ShouldBe(report.Bytes.Before);
        (await Doctor.DoctorTests.ExamineAsync(bed.World)).All.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_dry_run_writes_nothing_on_either_side_and_predicts_the_report_exactly()
    {
        await using var bed = await MigrationBed.CreateAsync();
        var old = TreeListing.Of(bed.OldFolder);
        var before = await bed.DumpAsync();

        var predicted = await bed.PlanAsync();

        (await bed.DumpAsync()).ShouldBe(before);
        TreeListing.Of(bed.OldFolder).ShouldBe(old);
        MigrationText.Of(await bed.ApplyAsync()).ShouldBe(MigrationText.Of(predicted));
        TreeListing.Of(bed.OldFolder).ShouldBe(old);
    }

    [Fact]
    public async Task A_second_run_changes_nothing_and_says_so()
    {
        await using var bed = await MigrationBed.CreateAsync();
        var first = await bed.ApplyAsync();
        (await bed.VerifyAsync()).IsWhole.ShouldBeTrue();
        var before = await bed.DumpAsync();

        var second = await bed.ApplyAsync();

        second.NothingToDo.ShouldBeTrue();
        second.Installations.AlreadyMigrated.ShouldBe(first.Installations.Migrated + first.Installations.KeptPrivately);
        second.Bytes.Added.ShouldBe(0);
        (await bed.DumpAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task The_totals_add_up()
    {
        await using var bed = await MigrationBed.CreateAsync();
        var old = await bed.ReadAsync();
        var report = await bed.ApplyAsync();

        var installations = report.Installations;
        installations.Total.ShouldBe(old.Installations.Count);
        (installations.Migrated + installations.KeptPrivately + installations.AlreadyMigrated + installations.NotMigrated).ShouldBe(installations.Total);
        (report.Users.Created + report.Users.Existing).ShouldBe(old.Users.Count);
        report.Packages.Items.Sum(package => package.Users).ShouldBe(installations.Migrated + installations.KeptPrivately);
        report.Bytes.Saved.ShouldBe(report.Bytes.Before - report.Bytes.Added);
        foreach (var bucket in Enum.GetValues<OldBucket>())
            report.Buckets.Single(one => one.Name == Berth.Lifecycle.Migration.Report.ReportWriting.NameOf(bucket)).Count.ShouldBeGreaterThan(0, bucket.ToString());
    }

    [Fact]
    public async Task R33_A_truncated_copy_is_never_merged_with_a_good_one_and_never_gets_the_plain_number()
    {
        await using var bed = await MigrationBed.CreateAsync();
        var report = await bed.ApplyAsync();

        var notes = report.Packages.Items.Where(package => package.Slug == "Notes").ToList();
        notes.Single(package => package.Version == "1.0.5").ShouldSatisfyAllConditions(
            package => package.Users.ShouldBe(2),
            package => package.Truncated.ShouldBeFalse());
        notes.Count.ShouldBe(4);
        notes.Count(package => package.Truncated).ShouldBe(2);
        notes.Where(package => package.Version != "1.0.5").ShouldAllBe(package => package.Version.StartsWith("1.0.5+sha.") && package.Users == 1);
    }

    [Fact]
    public async Task A_package_is_readable_by_exactly_the_users_who_had_its_bytes()
    {
        await using var bed = await MigrationBed.CreateAsync(old: MigrationBed.Small);
        await bed.ApplyAsync();

        var readers = await bed.World.Database.ReadAsync(session => session.QueryAsync<string>(
            "SELECT v.slug || ' ' || substr(v.version, 1, 10) || ' ' || u.username FROM private_reader r JOIN private_version v ON v.digest = r.digest JOIN users u ON u.id = r.user_id"));
        readers.Order(StringComparer.Ordinal).ShouldBe(["Charts 2.1.0 dora", "Notes 1.0.5 ana", "Notes 1.0.5 ben", "Notes 1.0.5+sha. dora"]);
        (await bed.World.CountAsync("SELECT COUNT(*) FROM package_version")).ShouldBe(0);
    }

    [Fact]
    public async Task Rows_and_folders_of_an_unknown_user_stay_in_the_old_system_and_the_report_says_how_to_migrate_them()
    {
        await using var bed = await MigrationBed.CreateAsync();
        var report = await bed.ApplyAsync();

        var unknown = report.Buckets.Single(bucket => bucket.Name == "unknown_user").Items;
        unknown.ShouldContain(item => item.UserId == OldWorlds.Nobody);
        (await bed.World.CountAsync("SELECT COUNT(*) FROM users WHERE id = @Nobody", new { OldWorlds.Nobody })).ShouldBe(0);
    }

    [Fact]
    public async Task A_user_whom_Berth_knows_is_left_as_they_are()
    {
        await using var bed = await MigrationBed.CreateAsync(old: MigrationBed.Small);
        await bed.World.Database.WriteAsync(session => session.ExecuteAsync(
            "INSERT INTO users (id, username, username_folded, roles, created_at) VALUES (@Ben, 'benjamin', 'benjamin', '[\"admin\"]', 7)", new { OldWorlds.Ben }));

        var report = await bed.ApplyAsync();

        report.Users.ShouldBe(new(3, 2, 1));
        (await bed.World.Database.ReadAsync(session => session.ScalarAsync<string>("SELECT username || roles || created_at FROM users WHERE id = @Ben", new { OldWorlds.Ben })))
            .ShouldBe("benjamin[\"admin\"]7");
        (await bed.VerifyAsync()).IsWhole.ShouldBeTrue();
    }

    [Fact]
    public async Task A_version_that_Berth_has_with_other_bytes_is_not_taken_for_the_old_one()
    {
        await using var bed = await MigrationBed.CreateAsync(old: MigrationBed.Small);
        bed.World.Registry.Publish(await TestPackage.FrontendAsync("Notes", "1.0.5"));
        var ada = await bed.World.AddUserAsync();
        await bed.World.InstallAsync(ada, "Notes");

        var report = await bed.ApplyAsync();

        report.Packages.Items.Where(package => package.Slug == "Notes").ShouldAllBe(package => package.Version.StartsWith("1.0.5+sha."));
        (await bed.VerifyAsync()).IsWhole.ShouldBeTrue();
    }

    [Fact]
    public async Task The_old_system_must_not_change_while_a_run_is_open()
    {
        await using var bed = await MigrationBed.CreateAsync(old: MigrationBed.Small);
        bed.World.Witness.At = step => step == "migrate.users" ? throw new EndOfTheProcessException() : Task.CompletedTask;
        await Should.ThrowAsync<EndOfTheProcessException>(bed.ApplyAsync);
        bed.World.Witness.At = _ => Task.CompletedTask;
        await File.WriteAllTextAsync(Path.Combine(bed.Old.Plugins, OldWorlds.Ben, "Notes", "new.txt"), "new");

        (await bed.Work.ApplyAsync(await bed.ReadAsync(), null, CancellationToken.None))
            .ShouldBeOfType<MigrationOutcome.Refused>().Code.ShouldBe("migration.source_changed");
    }
}

/// <summary>The process ends here.</summary>
internal sealed class EndOfTheProcessException : Exception;
