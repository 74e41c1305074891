using System.Diagnostics;
using Berth.Data.Sessions;
using Berth.Lifecycle.Tests.World;
using Xunit.Abstractions;

namespace Berth.Lifecycle.Tests.Operations.Model;

/// <summary>
/// Random operations of many users against a small model. A run that goes wrong is repeated with fewer and fewer steps
/// until none can be left out, and printed with its seed.
/// </summary>
public sealed class RandomOperationsTests(ITestOutputHelper output)
{
    private const int Users = 8;
    private const int RoundsOfARun = 120;
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(12);
    private const int MostRuns = 20;
    private static readonly string[] Expected = ["install", "update", "rollback", "uninstall"];
    private static readonly TimeSpan ShrinkBudget = TimeSpan.FromSeconds(60);

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Whatever_users_do_the_world_shows_what_the_model_says(DatabaseKind kind)
    {
        var seed = Environment.GetEnvironmentVariable("BERTH_TEST_SEED") is { Length: > 0 } given ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : Random.Shared.Next();
        var counts = new Dictionary<string, (int Done, int Refused)>(StringComparer.Ordinal);
        var watch = Stopwatch.StartNew();
        var runs = 0;
        do
        {
            var rounds = ModelStep.Rounds(seed + runs, RoundsOfARun, Users);
            if (await ModelRun.TryAsync(kind, Users, rounds, counts) is { } failure)
            {
                var (shortest, fault) = await ShrinkAsync(kind, rounds, failure);
                Assert.Fail($"seed {seed + runs}, {shortest.Count} rounds are enough:\n{string.Join("\n", shortest.Select(round => string.Join("\n  beside ", round)))}\n{fault}");
            }

            runs++;
        }
        // On a slow machine the time may end before each kind of operation was met both ways.
        while (watch.Elapsed < Budget || (runs < MostRuns && !Expected.All(name => counts.TryGetValue(name, out var count) && count is { Done: > 0, Refused: > 0 })));

        output.WriteLine($"seed {seed}, {runs} runs of {RoundsOfARun} rounds");
        foreach (var (name, (done, refused)) in counts.OrderBy(count => count.Key, StringComparer.Ordinal))
            output.WriteLine($"{name}: {done} done, {refused} refused");
        foreach (var name in Expected)
            counts[name].ShouldSatisfyAllConditions(count => count.Done.ShouldBeGreaterThan(0, name), count => count.Refused.ShouldBeGreaterThan(0, name));
    }

    /// <summary>The shortest run that still fails: the rounds up to the failure, then ever smaller parts of it left out.</summary>
    private static async Task<(IReadOnlyList<IReadOnlyList<ModelStep>> Rounds, Exception Fault)> ShrinkAsync(
        DatabaseKind kind, IReadOnlyList<IReadOnlyList<ModelStep>> rounds, (int Round, Exception Fault) failure)
    {
        var watch = Stopwatch.StartNew();
        var (shortest, fault) = (Prefix(rounds, failure.Round), failure.Fault);
        for (var part = shortest.Count / 2; part > 0; part /= 2)
        {
            for (var from = 0; from < shortest.Count && watch.Elapsed < ShrinkBudget;)
            {
                List<IReadOnlyList<ModelStep>> fewer = [.. shortest.Take(from), .. shortest.Skip(from + part)];
                if (await ModelRun.TryAsync(kind, Users, fewer) is { } again)
                    (shortest, fault) = (Prefix(fewer, again.Round), again.Fault);
                else
                    from += part;
            }
        }

        return (shortest, fault);
    }

    private static IReadOnlyList<IReadOnlyList<ModelStep>> Prefix(IReadOnlyList<IReadOnlyList<ModelStep>> rounds, int round) => [.. rounds.Take(round + 1)];
}
