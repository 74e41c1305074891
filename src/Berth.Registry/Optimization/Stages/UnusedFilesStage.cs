using Berth.Packaging.Archive;
using Berth.Registry.Optimization.Scripts;

namespace Berth.Registry.Optimization.Stages;

/// <summary>
/// Leaves out webpack's files that no entry refers to: chunks of older builds, bundles of a page of its own. A file goes
/// only when it is webpack's own (or a page or style sheet beside it), its name occurs in nothing that is reached, and no
/// chunk id that is written anywhere makes its name. In doubt everything stays.
/// </summary>
internal sealed class UnusedFilesStage : IOptimizationStage
{
    public string Name => "unused_files";

    public bool IsWanted(Workbench bench) => bench.Kind == FrontEndKind.Webpack;

    public Task RunAsync(Workbench bench, CancellationToken cancellationToken)
    {
        var folder = bench.Entry![..(bench.Entry!.LastIndexOf('/') + 1)];
        var candidates = bench.Files.Keys.Where(path => path != bench.Entry && IsCandidate(bench, path, folder)).ToHashSet(StringComparer.Ordinal);
        if (candidates.Count == 0)
            return Task.CompletedTask;
        if (Reach(bench, folder, candidates, cancellationToken) is not { } reached)
            return Task.CompletedTask;
        foreach (var path in candidates.Where(path => !reached.Contains(path)))
            bench.Remove(path);
        return Task.CompletedTask;
    }

    /// <summary>What may go if nobody needs it: webpack's own scripts, and style sheets and pages that only such scripts or a page use.</summary>
    private static bool IsCandidate(Workbench bench, string path, string folder)
    {
        if (!path.StartsWith(folder, StringComparison.Ordinal) || !ServedPaths.Contains(path))
            return false;
        if (!Workbench.IsScript(path))
            return Path.GetExtension(path) is ".css" || (Path.GetExtension(path) is ".html" && bench.Package.Manifest.Module is null);
        return bench.Read(path) is { IsModule: false } script && (WebpackChunk.Is(script) || WebpackChunk.HasRuntime(script));
    }

    /// <summary>The candidates that something reached refers to, or <see langword="null"/> when it cannot be told.</summary>
    private static HashSet<string>? Reach(Workbench bench, string folder, HashSet<string> candidates, CancellationToken cancellationToken)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        // Whatever is no candidate stays, and so does what it names.
        var open = new Queue<string>(bench.Files.Keys.Where(path => !candidates.Contains(path)));
        var names = new List<ChunkNames>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        while (open.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (open.TryDequeue(out var path))
            {
                if (Workbench.IsScript(path) && ServedPaths.Contains(path) && bench.Read(path) is { } script)
                {
                    if (ScriptNames.LoadsUnknown(script))
                        return Undecided(bench, path, "loads a script whose name is made while it runs");
                    names.AddRange(ChunkNames.In(script));
                    ids.UnionWith(ScriptNames.Literals(script));
                }

                Take(candidates.Where(candidate => !reached.Contains(candidate) && IsNamed(bench.Files[path], candidate)));
            }

            // Any literal may be the id of a chunk: more names than are ever asked for, never fewer.
            var made = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (name, id) in names.SelectMany(name => ids.Select(id => (name, id))))
            {
                if (!name.TryName(id, out var file))
                    return Undecided(bench, bench.Entry!, "makes the names of its chunks in a way that is not understood");
                if (file is not null)
                    made.Add(folder + (file.StartsWith("./", StringComparison.Ordinal) ? file[2..] : file));
            }

            Take(candidates.Where(candidate => !reached.Contains(candidate) && made.Contains(candidate)));
        }

        return reached;

        void Take(IEnumerable<string> found)
        {
            foreach (var path in found.ToList())
            {
                reached.Add(path);
                open.Enqueue(path);
            }
        }
    }

    private static HashSet<string>? Undecided(Workbench bench, string path, string why)
    {
        bench.Note(path, "kept", $"All files are kept, because this script {why}.");
        return null;
    }

    private static bool IsNamed(byte[] file, string candidate) =>
        file.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(candidate[(candidate.LastIndexOf('/') + 1)..])) >= 0;
}
