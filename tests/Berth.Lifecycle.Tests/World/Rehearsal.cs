using System.Collections.Concurrent;
using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;

namespace Berth.Lifecycle.Tests.World;

/// <summary>An undisturbed run of a scenario: which steps there are, and what the old and the new state look like.</summary>
internal sealed record Rehearsal(IReadOnlyList<string> Steps, string Before, string After)
{
    private static readonly ConcurrentDictionary<(string Scenario, DatabaseKind Kind), Lazy<Task<Rehearsal>>> Known = new();

    /// <summary>Each is run once: the same steps and states come out each time.</summary>
    public static Task<Rehearsal> RunAsync(Scenario scenario, DatabaseKind kind) =>
        Known.GetOrAdd((scenario.Name, kind), _ => new Lazy<Task<Rehearsal>>(() => RunOnceAsync(scenario, kind))).Value;

    private static async Task<Rehearsal> RunOnceAsync(Scenario scenario, DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();
        await scenario.Prepare(world, ada);
        var before = await StateDump.ReadAsync(world, ada);
        var prepared = world.Witness.Steps.Count;

        (await scenario.Run(world.Provider, ada)).ShouldBeOfType<OperationOutcome.Done>();

        var after = await StateDump.ReadAsync(world, ada);
        after.ShouldNotBe(before);
        return new Rehearsal([.. world.Witness.Steps.Skip(prepared)], before, after);
    }
}
