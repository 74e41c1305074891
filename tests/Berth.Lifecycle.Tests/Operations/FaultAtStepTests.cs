using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Operations;

/// <summary>A step that fails before the switch is undone at once, in the same process.</summary>
public sealed class FaultAtStepTests
{
    private static readonly string[] AfterTheSwitch = ["committed", "recorded"];

    public static TheoryData<string, DatabaseKind> Cases
    {
        get
        {
            var cases = new TheoryData<string, DatabaseKind>();
            foreach (var name in new[] { "install own code on an empty store", "install again with kept documents", "update own code", "update a front end", "roll back with the present documents", "uninstall own code",
                "install with what it needs, updating what is there", "update with what needs it", "uninstall with what needs it" })
            {
                cases.Add(name, DatabaseKind.Sqlite);
                cases.Add(name, DatabaseKind.PostgreSql);
            }

            return cases;
        }
    }

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
                if (faulted || failedAt.Contains(step) || AfterTheSwitch.Contains(step.Split('.')[1]) || step == "store.committed" || step.EndsWith(".begin", StringComparison.Ordinal))
                    return Task.CompletedTask;
                faulted = true;
                failedAt.Add(step);
                throw new InvalidOperationException($"fault at {step}");
            };
            var outcome = await scenario.Run(world.Operations, ada);
            if (!faulted)
            {
                outcome.ShouldBeDone();
                break;
            }

            outcome.ShouldHaveFailed("operation.failed");
            (await StateDump.ReadAsync(world, ada)).ShouldBe(before, $"{name} at {failedAt[^1]}");
        }

        failedAt.Count.ShouldBeGreaterThan(2);
        (await world.CountAsync("SELECT COUNT(*) FROM operation WHERE state = 'failed' AND user_id = @UserId AND parent_id IS NULL", new { ada.UserId })).ShouldBe(failedAt.Count);
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
