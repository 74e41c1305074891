using System.Text.Json.Nodes;
using Berth.Data.Sessions;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Tests.Operations;
using Berth.Lifecycle.Tests.World;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Lifecycle.Tests.Installations;

public sealed class RecoveryRecordsTests
{
    [Fact]
    public async Task A_record_tells_how_a_plugin_came_and_which_version_a_rebuild_needs()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();
        (await world.Operations.InstallAsync(ada with { ActorId = "admin" }, new InstallRequest("Charts", SourceUrl: "https://example.org/charts"))).ShouldBeDone();

        var entry = JsonNode.Parse(await File.ReadAllTextAsync(world.Store.Paths.UserRecord(ada.UserId)))!["Charts"]!.AsObject();

        entry.Select(member => member.Key).ShouldBe(["installation_type", "source_url", "installed_by", "installed_at", "version", "digest"]);
        (entry["installation_type"]!.GetValue<string>(), entry["source_url"]!.GetValue<string>(), entry["installed_by"]!.GetValue<string>())
            .ShouldBe(("registry", "https://example.org/charts", "admin"));
        DateTimeOffset.UtcNow.Subtract(entry["installed_at"]!.GetValue<DateTimeOffset>()).ShouldBeLessThan(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task R16_concurrent_writes_of_one_users_record_lose_nothing()
    {
        using var folder = new TestFolder();
        var records = new RecoveryRecords(new StorePaths(folder.Path), NullLogger<RecoveryRecords>.Instance);
        var user = Guid.NewGuid().ToString("n");
        var slugs = Enumerable.Range(0, 30).Select(i => $"Plugin{i}").ToList();

        await Parallel.ForEachAsync(slugs, (slug, _) =>
        {
            records.Write(user, slug, new RecoveryEntry("registry", null, user, DateTimeOffset.UnixEpoch));
            return ValueTask.CompletedTask;
        });

        var record = new StorePaths(folder.Path).UserRecord(user);
        JsonNode.Parse(await File.ReadAllTextAsync(record))!.AsObject().Select(entry => entry.Key).ShouldBe(slugs, ignoreOrder: true);
        Directory.GetFiles(Path.GetDirectoryName(record)!).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_record_that_cannot_be_written_fails_no_operation_and_is_repaired_at_the_next_start()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await UpdateTests.InstalledAsync(world, "Charts", "1.0.0");
        var record = world.Store.Paths.UserRecord(ada.UserId);
        File.Delete(record);
        Directory.CreateDirectory(record); // a folder is in the way

        await world.InstallAsync(ada, "Echo");
        world.Get<RecoveryRecords>().Lagging.ShouldBe([ada.UserId]);
        Directory.Delete(record);
        await world.RestartAsync();
        await world.Operations.RecoverAsync();

        StateDump.Record(world, ada).ShouldBe(["Charts", "Echo"], ignoreOrder: true);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_record_keeps_what_its_user_chose_through_an_update_and_forgets_it_when_it_is_taken_back(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await UpdateTests.InstalledAsync(world, "Charts", "1.0.0");
        (await world.Operations.ChooseVariantAsync(ada, new ChooseVariantRequest("Charts", AllowsVariant: false))).ShouldBeDone();
        (await world.Operations.SetPolicyAsync(ada, new SetPolicyRequest("Charts", ChangesPin: true, ">=1", "beta", AutoUpdate: true))).ShouldBeDone();
        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Charts", "2.0.0"))).ShouldBeDone();

        var entry = Entry();
        (entry["version"]!.GetValue<string>(), entry["variant"]!.GetValue<string>(), entry["pinned"]!.GetValue<string>(), entry["channel"]!.GetValue<string>(), entry["auto_update"]!.GetValue<bool>())
            .ShouldBe(("2.0.0", "original", ">=1", "beta", true));

        (await world.Operations.ChooseVariantAsync(ada, new ChooseVariantRequest("Charts", AllowsVariant: true))).ShouldBeDone();
        Entry().Select(member => member.Key).ShouldBe(["installation_type", "installed_by", "installed_at", "version", "digest", "pinned", "channel", "auto_update"]);
        (await world.Operations.SetPolicyAsync(ada, new SetPolicyRequest("Charts", ChangesPin: true, null, "stable", AutoUpdate: false))).ShouldBeDone();
        Entry().Select(member => member.Key).ShouldBe(["installation_type", "installed_by", "installed_at", "version", "digest"]);

        JsonObject Entry() => JsonNode.Parse(File.ReadAllText(world.Store.Paths.UserRecord(ada.UserId)))!["Charts"]!.AsObject();
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public Task The_first_start_after_a_program_that_did_not_keep_choices_writes_them_down(DatabaseKind kind) => WritesDownAsync(kind, "");

    [Theory, ClassData(typeof(DatabaseKinds))]
    public Task So_does_the_first_start_after_one_that_did_not_keep_all_of_them(DatabaseKind kind) => WritesDownAsync(kind, " choices");

    private static async Task WritesDownAsync(DatabaseKind kind, string keeps)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await UpdateTests.InstalledAsync(world, "Charts", "1.0.0");
        var record = world.Store.Paths.UserRecord(ada.UserId);
        var old = await File.ReadAllTextAsync(record);
        (await world.Operations.ChooseVariantAsync(ada, new ChooseVariantRequest("Charts", AllowsVariant: false))).ShouldBeDone();
        (await world.Operations.SetPolicyAsync(ada, new SetPolicyRequest("Charts", AutoUpdate: true))).ShouldBeDone();
        (await world.Operations.SetEnabledAsync(ada, new SetEnabledRequest("Charts", Enabled: false))).ShouldBeDone();
        var full = await File.ReadAllTextAsync(record);
        await File.WriteAllTextAsync(record, old);
        Directory.CreateDirectory(world.Store.Paths.Cache);
        await File.WriteAllTextAsync(Path.Combine(world.Store.Paths.Cache, "records.mark"), DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture) + keeps);

        await world.RestartAsync();
        await world.Operations.RecoverAsync();

        full.ShouldContain("auto_update");
        full.ShouldContain("\"enabled\":false");
        (await File.ReadAllTextAsync(record)).ShouldBe(full);
    }

    [Theory]
    [InlineData("../../x")]
    [InlineData("ABCDEF0123456789ABCDEF0123456789")]
    [InlineData("")]
    public void R02_what_is_no_user_id_is_no_path(string user) =>
        Should.Throw<ArgumentException>(() => new StorePaths("plugins").UserRecord(user));
}
