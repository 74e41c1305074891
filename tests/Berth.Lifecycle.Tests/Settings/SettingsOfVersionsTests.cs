using System.Text.Json.Nodes;
using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Settings;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Settings;

public sealed class SettingsOfVersionsTests
{
    private const string Old = """{"sortBy":"title","limit":50,"token":"tok","apiKey":"hunter2","server":{"host":"a.example","password":"pw"}}""";

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task R21_an_update_keeps_the_settings_that_fit_and_says_which_do_not(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await ConfiguredAsync(world);
        var plan = (await world.Operations.UpdateAsync(ada, new UpdateRequest("Tuned", IsDryRun: true))).ShouldBeOfType<OperationOutcome.Planned>().Plan;

        var result = (await world.Operations.UpdateAsync(ada, new UpdateRequest("Tuned"))).ShouldBeDone();

        ConfigureTests.ShouldBe(await world.SeenAsync(ada), """{"sortBy":"title","limit":5,"token":"tok","apiKey":"hunter2"}""");
        result.Notes.ShouldBe(
            [
                "The secret '/server/password' is none in 2.0.0 and is given up there.",
                "The setting '/limit' does not fit 2.0.0 (settings.range) and falls back to its default there.",
                "The setting '/server' does not fit 2.0.0 (settings.unknown) and falls back to its default there.",
            ], ignoreOrder: true);
        plan.Notes.ShouldBe(result.Notes);
        ConfigureTests.ShouldBe((await world.Get<IPluginSettings>().ReadAsync((await world.FindAsync(ada, "Tuned"))!)).Config, """{"sortBy":"title","limit":5}""");
        (await world.CountAsync("SELECT COUNT(*) FROM plugin WHERE config LIKE '%tok%'")).ShouldBe(0, "what became a secret is sealed");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_rollback_returns_the_settings_the_user_had_and_a_second_one_comes_back(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await ConfiguredAsync(world);
        var bytes = (await world.FindAsync(ada, "Tuned"))!.Settings;
        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Tuned"))).ShouldBeDone();
        (await world.ConfigureAsync(ada, """{"limit":9,"apiKey":"newer"}""", isMerge: true)).ShouldBeDone();

        (await world.Operations.RollbackAsync(ada, new RollbackRequest("Tuned"))).ShouldBeDone();

        (await world.FindAsync(ada, "Tuned"))!.Settings.ShouldBe(bytes);
        ConfigureTests.ShouldBe(await world.SeenAsync(ada), Old);
        await world.RestartAsync();
        ConfigureTests.ShouldBe(await world.SeenAsync(ada), Old);
        (await world.Operations.RollbackAsync(ada, new RollbackRequest("Tuned"))).ShouldBeDone();
        ConfigureTests.ShouldBe(await world.SeenAsync(ada), """{"sortBy":"title","limit":9,"token":"tok","apiKey":"newer"}""");
    }

    [Fact]
    public async Task A_rollback_with_todays_data_takes_todays_settings_back()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await ConfiguredAsync(world);
        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Tuned"))).ShouldBeDone();
        (await world.ConfigureAsync(ada, """{"limit":9,"apiKey":"newer"}""", isMerge: true)).ShouldBeDone();

        (await world.Operations.RollbackAsync(ada, new RollbackRequest("Tuned", MigrateData: true))).ShouldBeDone()
            .Notes.ShouldContain("The secret '/token' is none in 1.0.0 and is given up there.");

        ConfigureTests.ShouldBe(await world.SeenAsync(ada), """{"sortBy":"title","limit":9,"apiKey":"newer"}""");
    }

    [Fact]
    public async Task A_version_without_settings_leaves_them_for_the_one_after_it()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await ConfiguredAsync(world);
        var bytes = (await world.FindAsync(ada, "Tuned"))!.Settings;
        world.Registry.Publish(await TestPackage.FrontendAsync("Tuned", "1.5.0"));

        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Tuned", "1.5.0"))).ShouldBeDone();

        (await world.FindAsync(ada, "Tuned"))!.Settings.ShouldBe(bytes);
        (await world.SeenAsync(ada)).GetRawText().ShouldNotContain("hunter2");
        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Tuned", "2.0.0"))).ShouldBeDone();
        (await world.SeenAsync(ada)).GetProperty("apiKey").GetString().ShouldBe("hunter2");
    }

    [Fact]
    public async Task A_setting_that_the_new_version_needs_and_nobody_set_is_named()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await ConfiguredAsync(world);
        world.Registry.Publish(await TestPackage.FrontendAsync("Tuned", "3.0.0", more: new JsonObject
        {
            ["config"] = JsonNode.Parse("""{"type":"object","properties":{"url":{"type":"string"}},"required":["url"]}"""),
        }));

        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Tuned", "3.0.0"))).ShouldBeDone()
            .Notes.ShouldContain("3.0.0 needs the setting '/url', which is not set.");
    }

    private static async Task<OperationCaller> ConfiguredAsync(TestWorld world)
    {
        var ada = await Tuned.InstalledAsync(world);
        (await world.ConfigureAsync(ada, Old)).ShouldBeDone();
        return ada;
    }
}
