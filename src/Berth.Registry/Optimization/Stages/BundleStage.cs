using Berth.Packaging.Archive;
using Berth.Registry.Optimization.Scripts;
using Berth.Registry.Optimization.Tools;

namespace Berth.Registry.Optimization.Stages;

/// <summary>Joins the ES modules of a front end into its entry and leaves out what nobody uses. The entry keeps its name and its exports.</summary>
internal sealed class BundleStage(Esbuild esbuild) : IOptimizationStage
{
    public string Name => "bundle";

    public bool IsWanted(Workbench bench) => bench.Kind == FrontEndKind.EsModule && bench.Options.TreeShaking;

    public async Task RunAsync(Workbench bench, CancellationToken cancellationToken)
    {
        var entry = bench.Entry!;
        var (graph, reason) = ModuleGraph.Of(entry, path => bench.Files.ContainsKey(path) && ServedPaths.Contains(path) ? bench.Read(path) : null);
        if (graph is null)
        {
            bench.Note(entry, "not_bundled", $"The modules stay apart: {reason}.");
            return;
        }

        if (graph.Modules.Keys.FirstOrDefault(path => !Esbuild.TakesName(path)) is { } name)
        {
            bench.Note(entry, "not_bundled", $"The modules stay apart: the name '{name}' has characters that mean something to esbuild.");
            return;
        }

        var inner = graph.Modules.Keys.Where(path => path != entry).ToHashSet(StringComparer.Ordinal);
        if (SharedWith(bench, graph, inner) is { } shared)
        {
            // Two copies of one module are two states.
            bench.Note(entry, "not_bundled", $"The modules stay apart: '{shared}' is also named by a file that is none of them.");
            return;
        }

        var sources = graph.Modules.Keys.ToDictionary(path => path, path => bench.Files[path], StringComparer.Ordinal);
        var (built, failure) = await esbuild.BundleAsync(sources, entry, bench.Options.Minification, cancellationToken);
        if (built is null || !built.ContainsKey(entry))
        {
            bench.Note(entry, "not_bundled", $"The modules stay apart: {(built is null ? failure : "esbuild wrote no entry.")}");
            return;
        }

        Take(bench, graph, inner, built);
    }

    private static void Take(Workbench bench, ModuleGraph graph, HashSet<string> inner, IReadOnlyDictionary<string, byte[]> built)
    {
        var entry = graph.Entry;
        if (built.Values.Sum(file => (long)file.Length) >= graph.Modules.Keys.Sum(path => (long)bench.Files[path].Length))
            return; // apart they are no larger
        if ((Fault(graph, built) ?? NameTaken(bench, built)) is { } fault)
        {
            bench.Note(entry, "not_bundled", $"The modules stay apart: {fault}.");
            return;
        }

        var expected = ScriptShape.Of(ParsedScript.Read(System.Text.Encoding.UTF8.GetString(built[entry]))!);
        if (!bench.ProposeScript(entry, built[entry], mayGrow: true, expected))
            return;
        foreach (var path in inner)
            bench.Remove(path);
        foreach (var (path, content) in built.Where(file => file.Key != entry))
            bench.AddScript(path, content);
    }

    /// <summary>The bundle must export what the entry exported, set the same globals, and parse.</summary>
    private static string? Fault(ModuleGraph graph, IReadOnlyDictionary<string, byte[]> built)
    {
        var globals = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (path, content) in built)
        {
            if (!ServedPaths.Contains(path) || ParsedScript.Read(System.Text.Encoding.UTF8.GetString(content)) is not { } script)
                return $"'{path}' would not parse";
            globals.UnionWith(ScriptShape.Of(script).Globals);
            if (!graph.ImportsOnlyKnown(path, script, built.ContainsKey))
                return $"'{path}' would import something else than the modules did";
            if (path == graph.Entry && !ModuleExports.Of(script).SetEquals(graph.Exports()))
                return "the bundle would export other names";
        }

        return globals.SetEquals(graph.Globals()) ? null : "the bundle would set other globals";
    }

    private static string? NameTaken(Workbench bench, IReadOnlyDictionary<string, byte[]> built) =>
        built.Keys.FirstOrDefault(path => path != bench.Entry && bench.Original.ContainsKey(path)) is { } taken ? $"the name '{taken}' is taken" : null;

    /// <summary>A module that something outside of the graph names, too.</summary>
    private static string? SharedWith(Workbench bench, ModuleGraph graph, HashSet<string> inner)
    {
        if (inner.Count == 0)
            return null;
        var mentions = new Mentions(bench, except: graph.Modules.Keys.ToHashSet(StringComparer.Ordinal));
        return inner.FirstOrDefault(mentions.Has);
    }
}
