using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Isolation;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Store;

public sealed class DeclarationGateTests : IAsyncLifetime
{
    private TestWorld _world = null!;

    public async Task InitializeAsync() => _world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);

    public Task DisposeAsync() => _world.DisposeAsync().AsTask();

    [Fact]
    public async Task An_install_into_the_hosts_process_is_refused_when_the_code_uses_what_it_does_not_declare()
    {
        _world.Registry.Publish(await TestPackage.FixtureAsync("Resourceful", "1.0.0"));
        var ada = await _world.AddUserAsync();

        var failed = (await _world.Operations.InstallAsync(ada, new InstallRequest("Resourceful"))).ShouldHaveFailed("capability.undeclared");

        failed.Message.ShouldContain("network:tcp-server");
        (await _world.FindAsync(ada, "Resourceful")).ShouldBeNull();
    }

    [Fact]
    public async Task A_plan_says_that_it_is_not_known_before_the_fetch_and_is_refused_once_the_files_are_here()
    {
        _world.Registry.Publish(await TestPackage.FixtureAsync("Resourceful", "1.0.0"));
        var ada = await _world.AddUserAsync();

        var plan = (await _world.Operations.InstallAsync(ada, new InstallRequest("Resourceful") { IsDryRun = true })).ShouldBeOfType<OperationOutcome.Planned>().Plan;
        plan.Notes.ShouldContain(note => note.Contains("not known before the fetch", StringComparison.Ordinal));

        // The fetch leaves the files in the store, with what was found in them.
        (await _world.Operations.InstallAsync(ada, new InstallRequest("Resourceful"))).ShouldHaveFailed("capability.undeclared");
        var refused = (await _world.Operations.InstallAsync(ada, new InstallRequest("Resourceful") { IsDryRun = true })).ShouldBeOfType<OperationOutcome.Refused>();
        refused.Code.ShouldBe("capability.undeclared");
        refused.Message.ShouldContain("network:tcp-server");
    }

    [Fact]
    public async Task A_plan_of_declared_code_whose_files_are_here_says_nothing_of_it()
    {
        _world.Registry.Publish(await TestPackage.FixtureAsync("Echo", "1.0.0"));
        var (ada, ben) = (await _world.AddUserAsync(), await _world.AddUserAsync());
        await _world.InstallAsync(ada, "Echo");
        var plan = (await _world.Operations.InstallAsync(ben, new InstallRequest("Echo") { IsDryRun = true })).ShouldBeOfType<OperationOutcome.Planned>().Plan;
        plan.Notes.ShouldNotContain(note => note.Contains("declare", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_found_lies_in_the_index_and_is_what_a_load_goes_by()
    {
        _world.Registry.Publish(await TestPackage.FixtureAsync("Resourceful", "1.0.0", "internal"), await TestPackage.FixtureAsync("Echo", "1.0.0"));
        var ada = await _world.AddUserAsync();
        await _world.InstallAsync(ada, "Resourceful");
        await _world.InstallAsync(ada, "Echo");

        (await _world.Store.FindAsync(new PluginVersionId("Resourceful", "1.0.0"), default)).ShouldNotBeNull().UndeclaredUse.ShouldNotBeNull().ShouldContain(use => use.Capability == "network:tcp-server");
        (await _world.Store.FindAsync(new PluginVersionId("Echo", "1.0.0"), default)).ShouldNotBeNull().UndeclaredUse.ShouldNotBeNull().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_version_that_runs_in_a_worker_is_not_asked_what_it_declares()
    {
        _world.Registry.Publish(await TestPackage.FixtureAsync("Resourceful", "1.0.0"));
        var ada = await _world.AddUserAsync();
        await _world.Get<IIsolationRules>().SetAsync(ada, new IsolationRuleDraft(IsolationRule.Plugin, "Resourceful", "process", "It opens a port."));

        var outcome = await _world.Operations.InstallAsync(ada, new InstallRequest("Resourceful"));

        // Whether this world's machine has workers is not what is asked here.
        (outcome is OperationOutcome.Failed { Code: "capability.undeclared" }).ShouldBeFalse(outcome.ToString());
    }
}
