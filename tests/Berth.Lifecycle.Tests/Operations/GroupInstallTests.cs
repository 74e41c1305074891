using System.Text.Json.Nodes;
using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Operations;

/// <summary>Installs with what they need: one operation, all of it or nothing.</summary>
public sealed class GroupInstallTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task R28_what_a_plugin_needs_is_installed_with_it_and_what_is_there_is_updated(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();
        await world.InstallAsync(ada, "Charts", "1.0.0");
        await world.WriteAsync(ada, "Charts", "mine", "7");

        var result = await world.InstallAsync(ada, "Suite");

        result.DependenciesInstalled.ShouldBe(["Desk", "Echo"]);
        result.Members.Select(member => (member.Kind, member.Slug, member.Version, member.PreviousVersion)).ShouldBe(
            [("update", "Charts", "2.0.0", "1.0.0"), ("install", "Desk", "1.1.0", null), ("install", "Echo", "1.1.0", null)]);
        (await world.ReadAsync(ada, "Charts", "mine")).ShouldBe("7");
        (await world.FindAsync(ada, "Charts"))!.PreviousVersion.ShouldBe("1.0.0");
        StateDump.Record(world, ada).ShouldBe(["Charts", "Desk", "Echo", "Suite"], ignoreOrder: true);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Each_member_has_its_entry_trail_and_event_below_the_main_one(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();

        var result = await world.InstallAsync(ada, "Suite");

        var id = new { id = result.OperationId, userId = ada.UserId };
        (await world.CountAsync("SELECT COUNT(*) FROM operation WHERE parent_id = @id AND state = 'succeeded' AND user_id = @userId", id)).ShouldBe(3);
        (await world.CountAsync("SELECT COUNT(*) FROM operation WHERE id = @id AND parent_id IS NULL", id)).ShouldBe(1);
        (await world.CountAsync("SELECT COUNT(*) FROM audit WHERE user_id = @userId AND action = 'plugin.install' AND outcome = 'succeeded'", id)).ShouldBe(4);
        (await world.CountAsync("SELECT COUNT(*) FROM outbox WHERE user_id = @userId AND type = 'berth.installation.installed'", id)).ShouldBe(4);
    }

    [Fact]
    public async Task The_plan_tells_who_comes_along_why_and_with_which_capabilities()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();
        await world.InstallAsync(ada, "Charts", "1.0.0");

        var plan = (await world.Operations.InstallAsync(ada, new InstallRequest("Suite", IsDryRun: true))).ShouldBeOfType<OperationOutcome.Planned>().Plan;

        plan.Members.Select(member => $"{member.Plan.Kind} {member.Plan.Slug} {member.Plan.Version}: {member.Reason}").ShouldBe([
            "update Charts 2.0.0: 1.0.0 does not fit what Suite 1.0.0 (^2), Desk 1.1.0 (^2) needs",
            "install Desk 1.1.0: needed by Suite 1.0.0 (*)",
            "install Echo 1.1.0: needed by Suite 1.0.0 (^1)",
        ]);
        plan.Members[2].Plan.Capabilities.ShouldNotBeEmpty();
        plan.Explanations.Count.ShouldBe(3);
        plan.Steps.ShouldBe(["fetch", "load", "install", "export", "import", "commit", "record"]);
        (await world.FindAsync(ada, "Suite")).ShouldBeNull();
        (await world.FindAsync(ada, "Charts"))!.Version.ShouldBe("1.0.0");
    }

    [Fact]
    public async Task Capabilities_of_what_comes_along_are_granted_by_its_name_and_to_nobody_else()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();

        (await world.Operations.InstallAsync(ada, new InstallRequest("Suite", Grant: ["network:http-client"])))
            .ShouldBeRefused(RefusalKind.Unprocessable, "capability.not_declared");
        (await world.Operations.InstallAsync(ada, new InstallRequest("Suite", GrantDependencies: Grants("Stranger", "network:http-client"))))
            .ShouldBeRefused(RefusalKind.Unprocessable, "capability.no_member").Message.ShouldContain("Stranger does not come along");
        (await world.Operations.InstallAsync(ada, new InstallRequest("Suite", GrantDependencies: Grants("echo", "network:http-client")))).ShouldBeDone();

        (await world.FindAsync(ada, "Echo"))!.Granted.ShouldBe(["network:http-client"]);
        (await world.FindAsync(ada, "Desk"))!.Granted.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_set_without_code_that_is_in_the_store_takes_one_transaction()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await Scenario.PublishAsync(world.Registry);
        await world.InstallAsync(await world.AddUserAsync("bob"), "Desk");
        var ada = await world.AddUserAsync();
        var before = world.Witness.Steps.Count;

        var result = await world.InstallAsync(ada, "Desk");

        world.Witness.Steps.Skip(before).ShouldBe(["install.begin", "install.committed", "install.recorded"]);
        result.DependenciesInstalled.ShouldBe(["Charts"]);
        (await world.CountAsync("SELECT COUNT(*) FROM operation WHERE parent_id = @id", new { id = result.OperationId })).ShouldBe(1);
    }

    [Fact]
    public async Task Kept_documents_of_one_member_are_taken_over_with_the_others()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await Scenario.PublishAsync(world.Registry);
        await world.InstallAsync(await world.AddUserAsync("bob"), "Desk");
        var ada = await world.AddUserAsync();
        await world.InstallAsync(ada, "Charts");
        await world.WriteAsync(ada, "Charts", "mine", "7");
        (await world.Operations.UninstallAsync(ada, new UninstallRequest("Charts"))).ShouldBeDone();

        await world.InstallAsync(ada, "Desk");

        (await world.ReadAsync(ada, "Charts", "mine")).ShouldBe("7");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_member_that_another_operation_holds_is_named_and_nothing_begins(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();
        OperationOutcome? second = null;
        world.Witness.At = async step =>
        {
            if (step == "install.install" && second is null)
                second = await world.Operations.InstallAsync(ada, new InstallRequest("Suite"));
        };

        await world.InstallAsync(ada, "Echo");

        second!.ShouldBeRefused(RefusalKind.Conflict, "operation.in_progress").Message.ShouldContain("Echo");
        (await world.FindAsync(ada, "Suite")).ShouldBeNull();
        (await world.CountAsync("SELECT COUNT(*) FROM operation WHERE state = 'running'")).ShouldBe(0);
    }

    [Fact]
    public async Task R30_a_member_whose_own_install_fails_takes_everybody_back()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await Scenario.PublishAsync(world.Registry);
        world.Registry.Publish(
            await TestPackage.FixtureAsync("FailsOnInstall", "1.0.0"),
            await TestPackage.FrontendAsync("Outer", "1.0.0", more: new() { ["dependencies"] = new JsonObject { ["Echo"] = "*", ["FailsOnInstall"] = "*" } }));
        var ada = await world.AddUserAsync();
        var before = await StateDump.ReadAsync(world, ada);

        (await world.Operations.InstallAsync(ada, new InstallRequest("Outer"))).ShouldHaveFailed("plugin.install_failed");

        (await StateDump.ReadAsync(world, ada)).ShouldBe(before);
    }

    [Fact]
    public async Task What_changed_between_plan_and_switch_is_looked_at_again()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await Scenario.PublishAsync(world.Registry);
        world.Registry.Publish(await TestPackage.FrontendAsync("Jealous", "1.0.0", more: new() { ["conflicts"] = new JsonObject { ["Suite"] = "*" } }));
        var ada = await world.AddUserAsync();
        var isDone = false;
        world.Witness.At = async step =>
        {
            if (step == "install:Echo.install" && !isDone)
            {
                isDone = true;
                await world.InstallAsync(ada, "Jealous");
            }
        };

        (await world.Operations.InstallAsync(ada, new InstallRequest("Suite"))).ShouldBeRefused(RefusalKind.Unprocessable, "conflict.installed");

        isDone.ShouldBeTrue();
        (await world.Installations.OfUserAsync(ada.UserId)).Plugins.Select(plugin => plugin.Slug).ShouldBe(["Jealous"]);
    }

    private static Dictionary<string, IReadOnlyList<string>> Grants(string slug, params string[] names) => new() { [slug] = names };
}
