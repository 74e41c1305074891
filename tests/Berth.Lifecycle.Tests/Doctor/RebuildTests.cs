using Berth.Data.Sessions;
using Berth.Lifecycle.AutoUpdates;
using Berth.Lifecycle.Doctor;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Tests.Cleanup;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Doctor;

public sealed class RebuildTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_lost_database_is_made_again_from_records_and_store(DatabaseKind kind)
    {
        var (world, ada) = await Breakage.WorldAsync(kind);
        await using var _ = world;
        (await world.Operations.RollbackAsync(ada, new RollbackRequest("Charts"))).ShouldBeDone(); // so that no slot is in the way of the comparison
        var before = await RowsAsync(world);
        before.ShouldContain("Charts 1.0.0");
        await world.LoseDatabaseAsync();

        var events = await RebuildAsync(world);

        events.OfType<DoctorEvent.Found>().ShouldBeEmpty();
        (await RowsAsync(world)).ShouldBe(before);
        foreach (var user in await world.Database.ReadAsync(session => session.QueryAsync<string>("SELECT id FROM users")))
        {
            var caller = new OperationCaller(user, user, [], user);
            foreach (var plugin in (await world.Installations.OfUserAsync(user)).Plugins)
                await CleanupTests.SoundAsync(world, caller, plugin.Slug);
        }

        (await DoctorTests.ExamineAsync(world)).All.ShouldBeEmpty();
        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Charts"))).ShouldBeDone();
        (await RebuildAsync(world)).OfType<DoctorEvent.Ended>().Single().Findings.ShouldBe(0);
        (await world.FindAsync(ada, "Charts"))!.Version.ShouldBe("2.0.0", "what is there is kept");
    }

    [Fact]
    public async Task What_cannot_be_made_again_is_told_and_its_record_stays()
    {
        var (world, ada) = await Breakage.WorldAsync(DatabaseKind.Sqlite);
        await using var _ = world;
        await world.LoseDatabaseAsync();
        FolderTree.Delete(world.Store.Paths.Plugin("Charts"));
        world.Registry.IsAway = true;

        var finding = (await RebuildAsync(world)).OfType<DoctorEvent.Found>().Single().Finding;

        (finding.Code, finding.Subject).ShouldBe(("doctor.rebuild_files", $"{ada.UserId}_Charts"));
        StateDump.Record(world, ada).ShouldBe(["Charts"]);
        world.Registry.IsAway = false;
        (await RebuildAsync(world)).OfType<DoctorEvent.Found>().ShouldBeEmpty();
        await CleanupTests.SoundAsync(world, ada, "Charts");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_a_user_chose_for_an_installation_comes_back_with_it(DatabaseKind kind)
    {
        var (world, ada) = await Breakage.WorldAsync(kind);
        await using var _ = world;
        (await world.Operations.ChooseVariantAsync(ada, new ChooseVariantRequest("Charts", AllowsVariant: false))).ShouldBeDone();
        (await world.Operations.SetPolicyAsync(ada, new SetPolicyRequest("Charts", ChangesPin: true, "^2", "beta", AutoUpdate: true))).ShouldBeDone();
        (await DoctorTests.ExamineAsync(world)).All.ShouldBeEmpty();
        await world.LoseDatabaseAsync();

        (await RebuildAsync(world)).OfType<DoctorEvent.Found>().ShouldBeEmpty();

        var plugin = (await world.FindAsync(ada, "Charts"))!;
        (plugin.AllowsVariant, plugin.Pinned, plugin.Channel).ShouldBe((false, "^2", "beta"));
        (await world.Get<IAutoUpdates>().FindAsync(plugin))!.State.ShouldBe(AutoUpdateState.Current);
        (await DoctorTests.ExamineAsync(world)).All.ShouldBeEmpty();
        (await world.CountAsync("SELECT COUNT(*) FROM plugin WHERE allows_variant = 0 OR pinned IS NOT NULL OR channel <> 'stable'")).ShouldBe(1, "what nobody chose stays as it begins");
        (await world.CountAsync("SELECT COUNT(*) FROM auto_update")).ShouldBe(1);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_a_user_switched_off_is_off_afterwards(DatabaseKind kind)
    {
        var (world, ada) = await Breakage.WorldAsync(kind);
        await using var _ = world;
        (await world.Operations.SetEnabledAsync(ada, new SetEnabledRequest("Charts", Enabled: false))).ShouldBeDone();
        (await DoctorTests.ExamineAsync(world)).All.ShouldBeEmpty();
        await world.LoseDatabaseAsync();

        (await RebuildAsync(world)).OfType<DoctorEvent.Found>().ShouldBeEmpty();

        (await world.FindAsync(ada, "Charts"))!.Enabled.ShouldBeFalse();
        (await world.CountAsync("SELECT COUNT(*) FROM plugin WHERE enabled = 0")).ShouldBe(1);
        (await DoctorTests.ExamineAsync(world)).All.ShouldBeEmpty();
        (await world.Operations.SetEnabledAsync(ada, new SetEnabledRequest("Charts", Enabled: true))).ShouldBeDone();
        world.Get<RecoveryRecords>().Find(ada.UserId)!["Charts"].Enabled.ShouldBeNull();
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_record_from_before_choices_were_kept_makes_an_installation_with_none(DatabaseKind kind)
    {
        var (world, ada) = await Breakage.WorldAsync(kind);
        await using var _ = world;
        var charts = (await world.FindAsync(ada, "Charts"))!;
        await world.LoseDatabaseAsync();
        await File.WriteAllTextAsync(world.Store.Paths.UserRecord(ada.UserId), $$$"""
            {"Charts":{"installation_type":"registry","installed_by":"{{{ada.UserId}}}","installed_at":"2026-01-02T03:04:05+00:00","version":"{{{charts.Version}}}","digest":"{{{charts.Digest}}}"}}
            """);

        (await RebuildAsync(world)).OfType<DoctorEvent.Found>().ShouldBeEmpty();

        var plugin = (await world.FindAsync(ada, "Charts"))!;
        (plugin.Version, plugin.AllowsVariant, plugin.Pinned, plugin.Channel).ShouldBe((charts.Version, true, null, "stable"));
        (await world.Get<IAutoUpdates>().FindAsync(plugin)).ShouldBeNull();
        (await DoctorTests.ExamineAsync(world)).All.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_record_whose_pin_is_none_makes_no_installation_that_is_updated_by_itself()
    {
        var (world, ada) = await Breakage.WorldAsync(DatabaseKind.Sqlite);
        await using var _ = world;
        (await world.Operations.SetPolicyAsync(ada, new SetPolicyRequest("Charts", ChangesPin: true, "^2", AutoUpdate: true))).ShouldBeDone();
        await world.LoseDatabaseAsync();
        var path = world.Store.Paths.UserRecord(ada.UserId);
        var text = await File.ReadAllTextAsync(path);
        text.ShouldContain("\"pinned\":\"^2\"");
        await File.WriteAllTextAsync(path, text.Replace("\"pinned\":\"^2\"", "\"pinned\":\"two?\"", StringComparison.Ordinal));

        (await RebuildAsync(world)).OfType<DoctorEvent.Found>().ShouldBeEmpty();

        var plugin = (await world.FindAsync(ada, "Charts"))!;
        (plugin.Pinned, await world.Get<IAutoUpdates>().FindAsync(plugin)).ShouldBe((null, null));
    }

    private static async Task<IReadOnlyList<DoctorEvent>> RebuildAsync(TestWorld world)
    {
        var events = new List<DoctorEvent>();
        await foreach (var one in world.Get<IDoctor>().RebuildAsync())
            events.Add(one);
        return events;
    }

    private static async Task<string> RowsAsync(TestWorld world) => string.Join('\n', await world.Database.ReadAsync(async session =>
    {
        List<string> rows = [.. await session.QueryAsync<string>("SELECT id FROM users ORDER BY id")];
        rows.AddRange(await session.QueryAsync<string>("SELECT user_id || ' ' || plugin_slug || ' ' || version || ' ' || digest || ' ' || enabled FROM plugin ORDER BY id"));
        rows.AddRange(await session.QueryAsync<string>("SELECT id || ' ' || user_id || ' ' || name || ' ' || display_name || ' ' || config_fields || ' ' || tags FROM module ORDER BY id"));
        return rows;
    }));
}
