using Berth.Data.Sessions;
using Berth.Lifecycle.Bulk;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Operations;

/// <summary>A process killed at any step of any operation leaves the old state or the new one.</summary>
public sealed class KilledProcessTests
{
    /// <summary>How many worlds one process runs until its end.</summary>
    private const int AtOnce = 6;

    public static TheoryData<string> Names { get; } = [.. Scenario.All.Select(scenario => scenario.Name)];

    [Theory, MemberData(nameof(Names))]
    public async Task A_kill_at_any_step_leaves_old_or_new(string name) => await KillAtEveryStepAsync(Scenario.Named(name), DatabaseKind.Sqlite);

    [Theory]
    [InlineData("update own code")]
    [InlineData("install with what it needs, updating what is there")]
    [InlineData("update with what needs it")]
    [InlineData("uninstall with what needs it")]
    [InlineData("pin")]
    [InlineData("accept own code")]
    public async Task A_kill_at_any_step_leaves_old_or_new_on_PostgreSql(string name) =>
        await KillAtEveryStepAsync(Scenario.Named(name), DatabaseKind.PostgreSql);

    private static async Task KillAtEveryStepAsync(Scenario scenario, DatabaseKind kind)
    {
        var (steps, before, after) = await Rehearsal.RunAsync(scenario, kind);
        steps.ShouldNotBeEmpty();
        // Prepared once: each step begins with a copy of it.
        await using var prepared = await TestWorld.CreateAsync(kind);
        await Scenario.PublishAsync(prepared.Registry);
        var ada = await prepared.AddUserAsync();
        await scenario.Prepare(prepared, ada);
        await prepared.LeaveAsync();
        await Parallel.ForEachAsync(steps.Distinct(StringComparer.Ordinal).Chunk(AtOnce), new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (some, _) =>
        {
            var worlds = new List<(TestWorld World, string Step)>();
            try
            {
                foreach (var step in some)
                    worlds.Add((await prepared.CopyAsync(), step));
                var (wasKilled, output) = await Victim.RunAsync(ada, scenario, worlds);
                wasKilled.ShouldBeTrue($"{scenario} at {string.Join(", ", some)}: {output}");
                foreach (var (world, step) in worlds)
                    await ShouldBeOldOrNewAsync(scenario, world, ada, step, before, after);
            }
            finally
            {
                foreach (var (world, _) in worlds)
                    await world.DisposeAsync();
            }
        });
    }

    private static async Task ShouldBeOldOrNewAsync(Scenario scenario, TestWorld world, OperationCaller ada, string step, string before, string after)
    {
        await world.RestartAsync();
        await world.Operations.RecoverAsync(CancellationToken.None);
        await world.Get<BulkOperations>().ResumeAsync(CancellationToken.None);
        await world.Get<BulkOperations>().WhenIdleAsync();

        var found = await StateDump.ReadAsync(world, ada);
        found.ShouldBeOneOf([before, after], $"{scenario}, killed at {step}");
        if (found == before)
        {
            (await scenario.Run(world.Provider, ada)).ShouldBeOfType<OperationOutcome.Done>($"{scenario} again after a kill at {step}");
            (await StateDump.ReadAsync(world, ada)).ShouldBe(after, $"{scenario} again after a kill at {step}");
        }
    }
}
