using System.Reflection;
using System.Text.RegularExpressions;
using Berth.Data.Sessions;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Tests.Cleanup;
using Berth.Lifecycle.Tests.Events;
using Berth.Lifecycle.Tests.Migration;
using Berth.Lifecycle.Tests.Store.Codings;
using Berth.Lifecycle.Tests.Users;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Operations;

/// <summary>
/// Every step of every operation is one at which some test ends the process and, where a process can live on, one that some
/// test makes fail. Whoever adds an operation or a step is told here that it has none.
/// </summary>
public sealed partial class StrikesTests
{
    [Fact]
    public async Task Every_kind_of_operation_has_a_scenario_that_is_killed_at_each_of_its_steps()
    {
        var kinds = typeof(OperationKinds).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral && field.Name != nameof(OperationKinds.FailedEvent)).Select(field => (string)field.GetRawConstantValue()!).ToList();
        kinds.Count.ShouldBeGreaterThanOrEqualTo(10);

        var steps = await StepsOfScenariosAsync();

        kinds.Where(kind => !steps.Contains($"{kind}.begin")).ShouldBeEmpty("Write a scenario in World/Scenario.cs for these");
    }

    [Fact]
    public async Task Every_step_that_the_source_names_is_one_where_a_test_strikes()
    {
        var scenarios = await StepsOfScenariosAsync();
        HashSet<string> struck =
        [
            .. scenarios,
            .. KilledCleanupTests.Steps.Cast<object[]>().Select(step => (string)step[0]),
            .. UnwantedVariantsTests.Kills.Cast<object[]>().Select(kill => (string)kill[0]),
            .. UserRemovalTests.Kills.Cast<object[]>().Select(kill => $"delete-user.{kill[1]}"),
            .. await InterruptedMigrationTests.StepsAsync(),
            DurableEventsTests.Handled,
            .. RecompressionTests.Kills.Cast<object[]>().Select(kill => (string)kill[0]),

            // By KilledSenderTests of the server: it takes a real server process to send.
            "webhook.sent",
        ];

        var named = StepsInSource();
        named.Count.ShouldBeGreaterThan(40);
        named.Where(step => !struck.Any(one => Is(step, one))).ShouldBeEmpty("No scenario of World/Scenario.cs and no kill test gets there");
    }

    /// <summary>What the kill tests and the fault tests run.</summary>
    private static async Task<HashSet<string>> StepsOfScenariosAsync()
    {
        var steps = new HashSet<string>(StringComparer.Ordinal);
        foreach (var scenario in Scenario.All)
            steps.UnionWith((await Rehearsal.RunAsync(scenario, DatabaseKind.Sqlite)).Steps);
        return steps;
    }

    private static bool Is(SourceStep named, string struck)
    {
        var (operation, step) = struck.Split('.', 2) is [var first, var second] ? (first, second) : (struck, "");
        return (named.Operation is null || operation == named.Operation) && (named.IsWhole ? step == named.Step : step.StartsWith(named.Step, StringComparison.Ordinal));
    }

    private static List<SourceStep> StepsInSource()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Berth.slnx")))
            root = root.Parent.ShouldNotBeNull();
        var source = Path.Combine(root.FullName, "src", "Berth.Lifecycle");
        var steps = new List<SourceStep>();
        foreach (var file in Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories))
        {
            var room = Path.GetRelativePath(source, file).Split(Path.DirectorySeparatorChar)[0];
            foreach (Match call in Calls().Matches(File.ReadAllText(file)))
            {
                if (call.Groups["witness"].Success && call.Groups["end"].Value == ",")
                    continue; // the step is a variable: its callers are looked at

                var operation = call.Groups["operation"].Success ? call.Groups["operation"].Value
                    : room switch { "Users" => "delete-user", "Migration" => "migrate", "Bulk" => "bulk", _ => null };
                steps.Add(new SourceStep(Path.GetFileName(file), operation, call.Groups["step"].Value, IsWhole: !call.Groups["interpolated"].Success));
            }
        }

        return [.. steps.Distinct()];
    }

    /// <summary><c>witness.ReachedAsync("store", "fetched")</c>, <c>running.StepAsync("load", …)</c>, <c>ReachedAsync(Kind, $"uninstalled {slug}")</c>.</summary>
    [GeneratedRegex("""\b(?:(?<witness>ReachedAsync)|StepAsync)\((?:"(?<operation>[a-z-]+)", |[A-Za-z.\[\]]+, )?(?<interpolated>\$)?"(?<step>[a-z_ ]+)[^"]*"(?<end>[,)])""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Calls();

    private sealed record SourceStep(string File, string? Operation, string Step, bool IsWhole);
}
