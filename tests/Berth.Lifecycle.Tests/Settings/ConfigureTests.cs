using System.Text.Json.Nodes;
using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Settings;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Settings;

public sealed class ConfigureTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task The_plugins_next_call_sees_what_was_set_and_the_defaults_of_the_rest(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await Tuned.InstalledAsync(world);
        ShouldBe(await world.SeenAsync(ada), """{"sortBy":"created","limit":20}""");

        var result = (await world.ConfigureAsync(ada, """{"sortBy":"title","apiKey":"hunter2-correct-horse"}""")).ShouldBeDone();

        result.Changed.ShouldBe(["/apiKey", "/sortBy"]);
        ShouldBe(await world.SeenAsync(ada), """{"sortBy":"title","limit":20,"apiKey":"hunter2-correct-horse"}""");
        await world.RestartAsync();
        ShouldBe(await world.SeenAsync(ada), """{"sortBy":"title","limit":20,"apiKey":"hunter2-correct-horse"}""");
        ShouldBe((await world.Get<IPluginSettings>().ReadAsync((await world.FindAsync(ada, "Tuned"))!)).Config, """{"sortBy":"title","limit":20}""");
    }

    [Fact]
    public async Task A_replacement_takes_back_what_it_leaves_out_and_keeps_secrets()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await Tuned.InstalledAsync(world);
        (await world.ConfigureAsync(ada, """{"limit":7,"apiKey":"hunter2","server":{"host":"a.example","password":"pw"}}""")).ShouldBeDone();

        (await world.ConfigureAsync(ada, """{"sortBy":"title"}""")).ShouldBeRefused(RefusalKind.Unprocessable, "settings.invalid")
            .Reasons.ShouldHaveSingleItem().Pointer.ShouldBe("/server/host", "the kept password needs its server");
        (await world.ConfigureAsync(ada, """{"sortBy":"title","server":{"host":"b.example"}}""")).ShouldBeDone();
        ShouldBe(await world.SeenAsync(ada), """{"sortBy":"title","limit":20,"apiKey":"hunter2","server":{"host":"b.example","password":"pw"}}""");

        (await world.ConfigureAsync(ada, """{"apiKey":null,"server":null}""")).ShouldBeDone().Changed.ShouldBe(["/apiKey", "/server/host", "/server/password", "/sortBy"]);
        ShouldBe(await world.SeenAsync(ada), """{"sortBy":"created","limit":20}""");
    }

    [Fact]
    public async Task A_merge_changes_what_it_names_and_nothing_else()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await Tuned.InstalledAsync(world);
        (await world.ConfigureAsync(ada, """{"limit":7,"apiKey":"hunter2"}""")).ShouldBeDone();

        (await world.ConfigureAsync(ada, """{"sortBy":"title","server":{"host":"a.example"}}""", isMerge: true)).ShouldBeDone();
        ShouldBe(await world.SeenAsync(ada), """{"sortBy":"title","limit":7,"server":{"host":"a.example"},"apiKey":"hunter2"}""");
        (await world.ConfigureAsync(ada, """{"limit":null,"apiKey":null}""", isMerge: true)).ShouldBeDone().Changed.ShouldBe(["/apiKey", "/limit"]);
        ShouldBe(await world.SeenAsync(ada), """{"sortBy":"title","limit":20,"server":{"host":"a.example"}}""");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_the_schema_refuses_changes_nothing_and_all_reasons_are_given(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await Tuned.InstalledAsync(world);
        (await world.ConfigureAsync(ada, """{"limit":7}""")).ShouldBeDone();
        var before = await StateDump.ReadAsync(world, ada);

        var refused = (await world.ConfigureAsync(ada, """{"limit":0,"apiKey":"abc","other":1}""")).ShouldBeRefused(RefusalKind.Unprocessable, "settings.invalid");

        refused.Reasons.Select(reason => (reason.Code, reason.Pointer)).ShouldBe(
            [("settings.range", "/limit"), ("settings.unknown", "/other"), ("settings.length", "/apiKey")], ignoreOrder: true);
        refused.ToString().ShouldNotContain("\"abc\"");
        (await StateDump.ReadAsync(world, ada)).ShouldBe(before);
        (await world.ConfigureAsync(ada, """{"apiKey":5}""")).ShouldBeRefused(RefusalKind.Unprocessable, "settings.invalid").Reasons[0].Pointer.ShouldBe("/apiKey");
        foreach (var hostile in new[] { "[]", "5", "\"x\"", "null", """{"limit":1,"limit":2}""", """{"\ud800":1}""" })
            (await world.ConfigureAsync(ada, hostile)).ShouldBeRefused(RefusalKind.Unprocessable, "settings.invalid");
    }

    [Fact]
    public async Task A_dry_run_names_what_would_change_and_changes_nothing()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await Tuned.InstalledAsync(world);
        var before = await StateDump.ReadAsync(world, ada);

        var plan = (await world.ConfigureAsync(ada, """{"limit":7,"apiKey":"hunter2"}""", isDryRun: true)).ShouldBeOfType<OperationOutcome.Planned>().Plan;

        plan.Notes.ShouldBe(["Changes '/apiKey'.", "Changes '/limit'."]);
        (await StateDump.ReadAsync(world, ada)).ShouldBe(before);
        (await world.CountAsync("SELECT COUNT(*) FROM server_key")).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_so_already_leaves_no_trace()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await Tuned.InstalledAsync(world);
        (await world.ConfigureAsync(ada, """{"limit":7,"apiKey":"hunter2"}""")).ShouldBeDone();
        var trail = await world.CountAsync("SELECT COUNT(*) FROM audit");

        (await world.ConfigureAsync(ada, """{"limit":7,"apiKey":"hunter2"}""")).ShouldBeDone().Notes.ShouldHaveSingleItem();

        (await world.CountAsync("SELECT COUNT(*) FROM audit")).ShouldBe(trail);
    }

    [Fact]
    public async Task What_has_no_settings_or_is_not_installed_cannot_be_configured()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        world.Registry.Publish(await TestPackage.FrontendAsync("Plain", "1.0.0"));
        var ada = await Tuned.InstalledAsync(world);
        var bob = await world.AddUserAsync("bob");
        await world.InstallAsync(ada, "Plain");
        var empty = System.Text.Json.JsonSerializer.SerializeToElement(new { });

        (await world.Operations.ConfigureAsync(ada, new ConfigureRequest("Plain", empty))).ShouldBeRefused(RefusalKind.Unprocessable, "settings.none");
        (await world.ConfigureAsync(bob, "{}")).ShouldBeRefused(RefusalKind.NotFound, "plugin.not_installed");
        (await world.Operations.ConfigureAsync(bob, new ConfigureRequest($"{ada.UserId}_Tuned", empty))).ShouldBeRefused(RefusalKind.NotFound, "plugin.not_installed");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_fault_before_the_commit_leaves_the_old_settings_and_one_after_it_the_new(DatabaseKind kind)
    {
        foreach (var step in new[] { "begin", "committed", "recorded" })
        {
            await using var world = await TestWorld.CreateAsync(kind);
            var ada = await Tuned.InstalledAsync(world);
            (await world.ConfigureAsync(ada, """{"limit":7}""")).ShouldBeDone();
            world.Witness.At = name => name == $"configure.{step}" ? throw new InvalidOperationException($"fault at {step}") : Task.CompletedTask;

            await Should.ThrowAsync<InvalidOperationException>(() => world.ConfigureAsync(ada, """{"limit":9,"apiKey":"hunter2"}"""));

            world.Witness.At = _ => Task.CompletedTask;
            ShouldBe(await world.SeenAsync(ada), step == "begin" ? """{"limit":7,"sortBy":"created"}""" : """{"limit":9,"sortBy":"created","apiKey":"hunter2"}""");
            await world.RestartAsync();
            (await world.Operations.RecoverAsync()).ShouldBe(0);
            (await world.ConfigureAsync(ada, """{"limit":8}""")).ShouldBeDone();
        }
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Settings_that_somebody_else_changed_meanwhile_are_not_overwritten(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await Tuned.InstalledAsync(world);
        // Another node does not know this one's memory.
        await world.Database.WriteAsync(session => session.ExecuteAsync("""UPDATE plugin SET config = '{"limit":3}'"""));

        (await world.ConfigureAsync(ada, """{"limit":9}""")).ShouldBeRefused(RefusalKind.Conflict, "operation.conflict");
        (await world.CountAsync("""SELECT COUNT(*) FROM plugin WHERE config = '{"limit":3}'""")).ShouldBe(1);
    }

    internal static void ShouldBe(System.Text.Json.JsonElement actual, string expected) =>
        JsonNode.DeepEquals(JsonNode.Parse(actual.GetRawText()), JsonNode.Parse(expected)).ShouldBeTrue($"{actual.GetRawText()} instead of {expected}");
}
