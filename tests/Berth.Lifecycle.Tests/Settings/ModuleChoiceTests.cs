using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Settings;

public sealed class ModuleChoiceTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task R21_what_a_user_chose_of_a_module_survives_update_and_rollback(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await Tuned.InstalledAsync(world);
        foreach (var module in new[] { "Panel", "Old" })
            (await ChooseAsync(world, ada, module, false, 3, """{"color":"red"}""")).ShouldBeDone().Changed.ShouldBe(["enabled", "priority", "/color"]);

        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Tuned"))).ShouldBeDone();
        ShouldBeChosen(await FindAsync(world, ada, "Panel"));
        (await FindAsync(world, ada, "New")).Enabled.ShouldBeTrue();

        (await world.Operations.RollbackAsync(ada, new RollbackRequest("Tuned"))).ShouldBeDone();
        ShouldBeChosen(await FindAsync(world, ada, "Panel"));
        ShouldBeChosen(await FindAsync(world, ada, "Old"));
    }

    [Fact]
    public async Task A_field_goes_back_to_its_default_and_the_rest_stays()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await Tuned.InstalledAsync(world);
        (await ChooseAsync(world, ada, "Panel", false, null, """{"color":"red"}""")).ShouldBeDone();
        (await ChooseAsync(world, ada, "Panel", null, null, """{"color":null}""")).ShouldBeDone().Changed.ShouldBe(["/color"]);

        var module = await FindAsync(world, ada, "Panel");
        module.Enabled.ShouldBeFalse();
        module.SettingsJson.ShouldBe("{}");
        module.Json["props"].ShouldBe("{}");
        (await ChooseAsync(world, ada, "Panel", false, null, "{}")).ShouldBeDone().Notes.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_value_that_its_field_does_not_take_is_refused_with_its_pointer()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await Tuned.InstalledAsync(world);
        var before = await StateDump.ReadAsync(world, ada);
        foreach (var (values, pointer) in new[] { ("""{"color":5}""", "/color"), ("""{"other":1}""", "/other"), ("[]", ""), ("""{"color":"a","color":"b"}""", "") })
        {
            (await ChooseAsync(world, ada, "Panel", null, null, values)).ShouldBeRefused(RefusalKind.Unprocessable, "settings.invalid")
                .Reasons.ShouldHaveSingleItem().Pointer.ShouldBe(pointer);
        }

        (await StateDump.ReadAsync(world, ada)).ShouldBe(before);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task R25_another_users_module_is_unknown(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var (ada, bob) = (await Tuned.InstalledAsync(world), await Tuned.InstalledAsync(world, "bob"));
        var before = await StateDump.ReadAsync(world, ada);

        (await ChooseAsync(world, bob, $"{ada.UserId}_Tuned_Panel", false, null, null)).ShouldBeRefused(RefusalKind.NotFound, "module.unknown");
        (await world.Operations.ConfigureModuleAsync(bob, new ConfigureModuleRequest($"{ada.UserId}_Tuned", "Panel", Enabled: false)))
            .ShouldBeRefused(RefusalKind.NotFound, "plugin.not_installed");
        (await StateDump.ReadAsync(world, ada)).ShouldBe(before);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task R19_the_choices_go_with_the_installation(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await Tuned.InstalledAsync(world);
        (await ChooseAsync(world, ada, "Panel", false, null, """{"color":"red"}""")).ShouldBeDone();
        (await world.CountAsync("SELECT COUNT(*) FROM module_choice")).ShouldBe(1);

        (await world.Operations.UninstallAsync(ada, new UninstallRequest("Tuned"))).ShouldBeDone();

        (await world.CountAsync("SELECT COUNT(*) FROM module_choice")).ShouldBe(0);
    }

    private static Task<OperationOutcome> ChooseAsync(TestWorld world, OperationCaller caller, string module, bool? enabled, int? priority, string? values) =>
        world.Operations.ConfigureModuleAsync(caller, new ConfigureModuleRequest(
            "Tuned", module, enabled, priority, values is null ? null : JsonSerializer.Deserialize<JsonElement>(values)));

    private static async Task<InstalledModule> FindAsync(TestWorld world, OperationCaller ada, string name) =>
        (await world.Installations.ModulesAsync(ada.UserId, $"{ada.UserId}_Tuned")).Single(module => module.Name == name);

    private static void ShouldBeChosen(InstalledModule module)
    {
        (module.Enabled, module.Priority).ShouldBe((false, 3));
        JsonSerializer.Deserialize<JsonElement>(module.Json["props"]).GetProperty("color").GetString().ShouldBe("red");
        JsonSerializer.Deserialize<JsonElement>(module.Json["configFields"]).GetProperty("color").GetProperty("value").GetString().ShouldBe("red");
    }
}
