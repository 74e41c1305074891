using System.Text.RegularExpressions;

namespace Berth.Registry.Optimization.Stages;

/// <summary>Leaves out tests, their snapshots and mocks, wherever no other file names them.</summary>
internal sealed partial class TestFilesStage : IOptimizationStage
{
    public string Name => "test_files";

    public bool IsWanted(Workbench bench) => bench.Options.RemoveTestFiles;

    public Task RunAsync(Workbench bench, CancellationToken cancellationToken)
    {
        var tests = bench.Files.Keys.Where(path => IsTest(path) && path != bench.Entry).ToHashSet(StringComparer.Ordinal);
        if (tests.Count == 0)
            return Task.CompletedTask;
        var mentions = new Mentions(bench, except: tests);
        foreach (var path in tests)
        {
            if (mentions.Has(path))
                bench.Note(path, "kept", "It looks like a test, but another file names it.");
            else
                bench.Remove(path);
        }

        return Task.CompletedTask;
    }

    private static bool IsTest(string path) =>
        !path.StartsWith("lib/", StringComparison.Ordinal) && !path.StartsWith("vm/", StringComparison.Ordinal) && TestPath().IsMatch(path);

    [GeneratedRegex(@"(^|/)__(tests|mocks|snapshots)__/|\.(test|spec|stories)\.([cm]?[jt]s|[jt]sx)(\.map)?$|\.snap$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TestPath();
}
