using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Operations;

/// <summary>A step that fails before the switch is undone at once, in the same process.</summary>
public sealed class FaultAtStepTests
{
    public static TheoryData<string, DatabaseKind> Cases
    {
        get
        {
            var cases = new TheoryData<string, DatabaseKind>();
            foreach (var scenario in Scenario.All.Where(scenario => scenario.IsWhole))
            {
                cases.Add(scenario.Name, DatabaseKind.Sqlite);
                cases.Add(scenario.Name, DatabaseKind.PostgreSql);
            }

            return cases;
        }
    }

    /// <summary>
    /// Whether a step can fail in a process that lives on. At the beginning nothing has happened but the journal's entry, and
    /// after the switch nothing is undone: there the kills strike.
    /// </summary>
    public static bool Strikes(string step) => step.Split('.')[1] is not ("begin" or "committed" or "recorded");

    [Theory, MemberData(nameof(Cases))]
    public async Task A_fault_at_any_step_is_undone(string name, DatabaseKind kind)
    {
        var scenario = Scenario.Named(name);
        await using var world = await TestWorld.CreateAsync(kind);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();
        await scenario.Prepare(world, ada);
        var before = await StateDump.ReadAsync(world, ada);
        var failedAt = new List<string>();

        // Each round fails one step later than the round before, until the operation comes through.
        while (true)
        {
            var faulted = false;
            world.Witness.At = step =>
            {
                if (faulted || failedAt.Contains(step) || !Strikes(step))
                    return Task.CompletedTask;
                faulted = true;
                failedAt.Add(step);
                throw new InvalidOperationException($"fault at {step}");
            };
            var outcome = await scenario.Run(world.Provider, ada);
            if (!faulted)
            {
                outcome.ShouldBeDone();
                break;
            }

            outcome.ShouldHaveFailed("operation.failed");
            (await StateDump.ReadAsync(world, ada)).ShouldBe(before, $"{name} at {failedAt[^1]}");
        }

        failedAt.ShouldBe((await Rehearsal.RunAsync(scenario, kind)).Steps.Where(Strikes).Distinct(StringComparer.Ordinal), ignoreOrder: true);
        (await world.CountAsync("SELECT COUNT(*) FROM operation WHERE state = 'failed' AND user_id = @UserId AND parent_id IS NULL", new { ada.UserId })).ShouldBe(failedAt.Count);
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task A_database_that_fails_at_any_write_leaves_what_was(string name, DatabaseKind kind)
    {
        var scenario = Scenario.Named(name);
        await using var world = await TestWorld.CreateAsync(kind);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();
        await scenario.Prepare(world, ada);
        var before = await StateDump.ReadAsync(world, ada);

        // Each round fails one write later than the round before, until there is none left to fail.
        for (var at = 0; ; at++)
        {
            await using var database = new FailingDatabase(world.Database, at);
            await using var services = TestWorld.Services(database, world.Registry, new TestWitness(), world.PluginsDirectory);
            OperationOutcome? outcome = null;
            try
            {
                outcome = await scenario.Run(services, ada);
            }
            catch (DatabaseUnavailableException) when (database.HasFailed)
            {
                // Before the operation had begun: the caller is told so as for any other request.
            }

            if (!database.HasFailed)
            {
                outcome.ShouldNotBeNull().ShouldBeDone();
                at.ShouldBeGreaterThan(0);
                break;
            }

            // A write of the plugin's own code fails inside its call.
            if (outcome is not null)
                outcome.ShouldBeOfType<OperationOutcome.Failed>(outcome.ToString()).Code.ShouldBeOneOf("database.full", "plugin.install_failed", "plugin.import_failed");
            (await StateDump.ReadAsync(world, ada)).ShouldBe(before, $"{name} at write {at}");
        }
    }

    [Fact]
    public async Task A_caller_who_goes_away_cancels_the_operation_and_nothing_is_left()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();
        var before = await StateDump.ReadAsync(world, ada);
        using var leaving = new CancellationTokenSource();
        world.Witness.At = step => step == "install.install" ? leaving.CancelAsync() : Task.CompletedTask;

        await Should.ThrowAsync<OperationCanceledException>(() => world.Operations.InstallAsync(ada, new InstallRequest("Echo"), leaving.Token));

        (await StateDump.ReadAsync(world, ada)).ShouldBe(before);
    }
}
