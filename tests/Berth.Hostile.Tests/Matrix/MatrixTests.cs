using System.Collections.Concurrent;
using Berth.Host;
using Berth.Host.Isolation;
using Berth.Hostile.Tests.Range;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace Berth.Hostile.Tests;

/// <summary>Every hostile plugin at every level that this machine gives, each in a host of its own in namespaces of its own.</summary>
public sealed class MatrixTests(MatrixTests.Run run, ITestOutputHelper output) : IClassFixture<MatrixTests.Run>
{
    private const int AtOnce = 2;

    // At `process`: a folder that nobody may mount is measured.
    private static readonly string[] PossibleWithoutRoot = ["ManyFiles"];

    // In containers of podman, where the kernel has no Landlock.
    private static readonly string[] PossibleInPodmanWithoutLandlock = ["WritesSharedFolder", "ZeroDeviceHog"];

    // At `process`, where the kernel has no Landlock, or an old one.
    private static readonly string[] PossibleWithoutLandlock = ["ConnectsToAbstractSocket", "OpensKernelDevices", "WritesSharedFolder", "ZeroDeviceHog"];

    public static TheoryData<string> Columns => [.. Levels.All];

    [Theory]
    [MemberData(nameof(Columns))]
    public async Task No_attack_gets_further_than_it_is_known_to(string level)
    {
        if (await AttackAsync(level, isOrdinary: false) is not { } cells)
            return;
        if (level == IsolationLevels.Process && !await HasLandlockAsync())
        {
            output.WriteLine($"This kernel has not all of Landlock, so nobody judges {string.Join(", ", PossibleWithoutLandlock)}.");
            foreach (var attack in PossibleWithoutLandlock)
                cells.TryRemove(attack, out _);
        }

        await File.WriteAllLinesAsync(MatrixFiles.Evidence(level), cells.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}: {pair.Value.Cell}: {pair.Value.Evidence.ReplaceLineEndings(" ")}"));
        foreach (var (attack, (cell, _)) in cells)
        {
            if (cell is { } judged)
                run.Now.Set(attack, level, judged);
        }

        var changed = cells.Where(pair => run.Approved[pair.Key, level] != pair.Value.Cell).ToList();
        if (changed.Count > 0)
            await File.WriteAllTextAsync(MatrixFiles.Received, run.Now.Write());
        Judge(level, cells);
    }

    [Theory]
    [InlineData(IsolationLevels.Process)]
    [InlineData(IsolationLevels.Sandbox)]
    [InlineData(IsolationLevels.Container)]
    [InlineData(Levels.Script)]
    [InlineData(Levels.Program)]
    public async Task No_attack_gets_further_with_a_host_that_is_not_root(string level)
    {
        if (level == IsolationLevels.Process && !await HasLandlockAsync())
        {
            output.WriteLine("Not tried: without the kernel's Landlock nothing keeps a worker of the host's own user from the host's files.");
            return;
        }

        if (await AttackAsync(level, isOrdinary: true) is not { } cells)
            return;
        string[] known = level switch
        {
            IsolationLevels.Process => PossibleWithoutRoot,
            IsolationLevels.Container when !await HasLandlockAsync() => PossibleInPodmanWithoutLandlock,
            _ => [],
        };
        foreach (var attack in known)
            cells.TryRemove(attack, out _);

        Judge(level, cells);
    }

    [Fact]
    public void The_page_shows_the_approved_matrix()
    {
        var page = File.ReadAllText(MatrixFiles.Page);
        var begin = page.IndexOf(MatrixFiles.Begin, StringComparison.Ordinal);
        var end = page.IndexOf(MatrixFiles.End, StringComparison.Ordinal);
        (begin >= 0 && end > begin).ShouldBeTrue("docs/isolation.md has no place for the matrix.");
        var wanted = string.Concat(page.AsSpan(0, begin + MatrixFiles.Begin.Length), "\n", run.Approved.Render(), page.AsSpan(end));
        if (wanted == page)
            return;
        File.WriteAllText(Path.ChangeExtension(MatrixFiles.Page, ".received.txt"), wanted);
        var differs = page.Split('\n').Except(wanted.Split('\n')).Concat(wanted.Split('\n').Except(page.Split('\n'))).Take(4);
        Assert.Fail($"docs/isolation.md does not show the approved matrix: copy docs/isolation.received.txt over it. Lines that differ: {string.Join(" / ", differs)}");
    }

    [Fact]
    public void Every_attack_has_an_approved_cell_wherever_it_makes_sense()
    {
        Attacks.All.SelectMany(attack => Levels.All.Where(level => Levels.Have(attack, level)).Select(level => (Name: attack.GetType().Name, Level: level)))
            .Where(cell => run.Approved[cell.Name, cell.Level] is null)
            .Select(cell => $"{cell.Name} at {cell.Level}")
            .ShouldBeEmpty();
    }

    [Fact]
    public void Every_attack_that_has_an_approved_cell_has_been_laid_out_by_the_build() =>
        Attacks.All.SelectMany(attack => Levels.All.Where(level => run.Approved[attack.GetType().Name, level] is not null && !Levels.Have(attack, level)).Select(level => $"{attack.GetType().Name} at {level}"))
            .ShouldBeEmpty("Nobody tries these: their plugins are missing beside the tests.");

    [Fact]
    public void The_default_level_of_strangers_lets_nothing_through()
    {
        // What lies in a plugin's own process is not kept from it: its calls, while they run.
        Attacks.All.Where(attack => !attack.IsWithinItself).Select(attack => attack.GetType().Name)
            .Where(attack => run.Approved[attack, IsolationLevels.Sandbox] is not (Cell.Stopped or Cell.Contained))
            .ShouldBeEmpty();
    }

    private async Task<ConcurrentDictionary<string, (Cell? Cell, string Evidence)>?> AttackAsync(string level, bool isOrdinary)
    {
        if (RangeProcess.Obstacle is { } obstacle)
        {
            output.WriteLine($"Not tried: {obstacle}. The approved cells stay.");
            return null;
        }

        var attacks = Attacks.All.Where(attack => Levels.Have(attack, level)).Select(attack => attack.GetType().Name).ToList();
        if (Environment.GetEnvironmentVariable("BERTH_TEST_ATTACKS") is { Length: > 0 } chosen)
            attacks = [.. attacks.Intersect(chosen.Split(','), StringComparer.Ordinal)];
        var cells = new ConcurrentDictionary<string, (Cell? Cell, string Evidence)>(StringComparer.Ordinal);
        var missing = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(part => RangeProcess.RunAsync(
            level, isOrdinary, part, [.. attacks.Where((_, i) => i % AtOnce == part)], (attack, cell, evidence) => cells[attack] = (cell, evidence))));
        if (missing.FirstOrDefault(reason => reason is not null) is { } reason)
        {
            (await MachineAsync(level)).IsAvailable.ShouldBeFalse($"This machine gives the level '{level}', but the range does not: {reason}");
            output.WriteLine($"Not tried: this machine does not give the level '{level}': {reason}. The approved cells stay.");
            return null;
        }

        // A machine under load may break off what does not attack at all: once more, alone. What did harm is not asked again.
        if (cells.Where(pair => pair.Value.Cell is null).Select(pair => pair.Key).ToList() is { Count: > 0 } unjudged)
            await RangeProcess.RunAsync(level, isOrdinary, 0, unjudged, (attack, cell, evidence) => cells[attack] = (cell, evidence));
        cells.Keys.Order(StringComparer.Ordinal).ShouldBe(attacks.Order(StringComparer.Ordinal));
        return cells;
    }

    private void Judge(string level, ConcurrentDictionary<string, (Cell? Cell, string Evidence)> cells)
    {
        cells.Where(pair => pair.Value.Cell is null).Select(pair => $"{pair.Key}: {pair.Value.Evidence}")
            .ShouldBeEmpty($"Attacks did not do what they are for at '{level}', so nobody can say how they end.");
        foreach (var (attack, (cell, evidence)) in cells.Where(pair => run.Approved[pair.Key, level] != pair.Value.Cell))
            output.WriteLine($"{attack} at {level}: approved {run.Approved[attack, level]?.ToString() ?? "nothing"}, now {cell}: {evidence}");
        cells.Where(pair => run.Approved[pair.Key, level] is not { } approved || pair.Value.Cell > approved)
            .Select(pair => $"{pair.Key} at {level}: {pair.Value.Cell}, approved {run.Approved[pair.Key, level]?.ToString() ?? "nothing"}. {pair.Value.Evidence}")
            .ShouldBeEmpty("Attacks get further than they are known to. Where that is meant, copy Matrix.received.txt over Matrix.approved.txt.");
    }

    private static async Task<bool> HasLandlockAsync() =>
        !(await MachineAsync(IsolationLevels.Process)).Gaps.Any(gap => gap.Contains("no Landlock", StringComparison.Ordinal) || gap.Contains("Landlock of Linux", StringComparison.Ordinal));

    // As the machine itself gives it, outside of all namespaces.
    private static async Task<IsolationAvailability> MachineAsync(string level)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton(new HostOptions()).AddSingleton<IPluginVersionSource>(new HostileSource(level, []));
        services.AddBerthHost();
        await using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IIsolationLevels>().Of(Levels.IsolationOf(level));
    }

    public sealed class Run
    {
        private static string Text => File.Exists(MatrixFiles.Approved) ? File.ReadAllText(MatrixFiles.Approved) : "";

        internal Matrix Approved { get; } = Matrix.Read(Text);

        /// <summary>The approved cells, and over them those of this run.</summary>
        internal Matrix Now { get; } = Matrix.Read(Text);
    }
}
