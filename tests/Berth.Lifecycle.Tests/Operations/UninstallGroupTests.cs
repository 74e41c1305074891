using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Operations;

public sealed class UninstallGroupTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task R28_a_plugin_that_others_need_stays_and_all_of_them_are_named(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await SuiteAsync(world);

        var refused = (await world.Operations.UninstallAsync(ada, new UninstallRequest("Charts"))).ShouldBeRefused(RefusalKind.Conflict, "plugin.required");

        refused.Reasons.Select(reason => reason.Message.Split(' ')[0]).ShouldBe(["Desk", "Suite"], ignoreOrder: true);
        (await world.Installations.OfUserAsync(ada.UserId)).Plugins.Count.ShouldBe(4);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Dependents_go_along_when_that_is_asked_for_and_keep_their_documents(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await SuiteAsync(world);
        await world.WriteAsync(ada, "Suite", "mine", "1");
        await world.WriteAsync(ada, "Charts", "mine", "2");

        var result = (await world.Operations.UninstallAsync(ada, new UninstallRequest("Charts", Purge: true, WithDependents: true))).ShouldBeDone();

        result.Members.Select(member => member.Slug).ShouldBe(["Suite", "Desk"]);
        (await world.Installations.OfUserAsync(ada.UserId)).Plugins.Select(plugin => plugin.Slug).ShouldBe(["Echo"]);
        (await world.CountAsync("SELECT COUNT(*) FROM user_data WHERE plugin_slug = 'Suite'")).ShouldBe(1);
        (await world.CountAsync("SELECT COUNT(*) FROM user_data WHERE plugin_slug = 'Charts'")).ShouldBe(0);
        StateDump.Record(world, ada).ShouldBe(["Echo"]);
    }

    [Fact]
    public async Task The_plan_names_who_goes_along()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await SuiteAsync(world);

        var plan = (await world.Operations.UninstallAsync(ada, new UninstallRequest("Echo", IsDryRun: true, WithDependents: true)))
            .ShouldBeOfType<OperationOutcome.Planned>().Plan;

        plan.Members.ShouldHaveSingleItem().Plan.Slug.ShouldBe("Suite");
        (await world.FindAsync(ada, "Suite")).ShouldNotBeNull();
    }

    private static async Task<OperationCaller> SuiteAsync(TestWorld world)
    {
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();
        await world.InstallAsync(ada, "Suite");
        return ada;
    }
}
