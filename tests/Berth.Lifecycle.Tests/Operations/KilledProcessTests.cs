using Berth.Data.Sessions;
using Berth.Lifecycle.Bulk;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Operations;

/// <summary>A process killed at any step of any operation leaves the old state or the new one.</summary>
public sealed class KilledProcessTests
{
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
        foreach (var step in steps.Distinct(StringComparer.Ordinal))
        {
            await using var world = await TestWorld.CreateAsync(kind);
            await Scenario.PublishAsync(world.Registry);
            var ada = await world.AddUserAsync();
            await scenario.Prepare(world, ada);

            var (wasKilled, output) = await Victim.RunAsync(world, ada, scenario, step);
            wasKilled.ShouldBeTrue($"{scenario} at {step}: {output}");
            await world.RestartAsync();
            await world.Operations.RecoverAsync();
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
}
