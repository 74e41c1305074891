using Berth.Registry.Optimization.Tools;

namespace Berth.Registry.Optimization.Stages;

/// <summary>Writes scripts shorter, each on its own: names inside of functions, spaces, constant parts. Names that others see stay.</summary>
internal sealed class MinifyStage(Esbuild esbuild) : IOptimizationStage
{
    // What a command line takes, with room to spare; and how many are tried one by one after a run that failed.
    private const int MostAtOnce = 200;
    private const int MostAlone = 50;

    public string Name => "minify";

    public bool IsWanted(Workbench bench) => bench.Options.Minification && bench.Kind is not (FrontEndKind.None or FrontEndKind.Unknown);

    public async Task RunAsync(Workbench bench, CancellationToken cancellationToken)
    {
        var alone = MostAlone;
        foreach (var batch in bench.Scripts().Where(path => IsTaken(bench, path)).Chunk(MostAtOnce))
        {
            var files = batch.ToDictionary(path => path, path => bench.Files[path], StringComparer.Ordinal);
            var (written, reason) = await esbuild.MinifyAsync(files, cancellationToken);
            if (written is not null)
            {
                Take(bench, written);
                continue;
            }

            // One file that esbuild does not like keeps the others of its run from being written.
            foreach (var (path, content) in files)
            {
                if (files.Count == 1 || alone-- <= 0)
                {
                    bench.Note(path, "not_minified", $"The file stays as it was: {reason}");
                    continue;
                }

                var (one, why) = await esbuild.MinifyAsync(new Dictionary<string, byte[]>(StringComparer.Ordinal) { [path] = content }, cancellationToken);
                if (one is null)
                    bench.Note(path, "not_minified", $"The file stays as it was: {why}");
                else
                    Take(bench, one);
            }
        }
    }

    private static bool IsTaken(Workbench bench, string path)
    {
        if (Esbuild.TakesName(path))
            return bench.Read(path) is not null;
        bench.Note(path, "not_minified", "The file stays as it was: its name has characters that mean something to esbuild.");
        return false;
    }

    private static void Take(Workbench bench, IReadOnlyDictionary<string, byte[]> written)
    {
        foreach (var (path, content) in written.Where(file => bench.Files.ContainsKey(file.Key)))
            bench.ProposeScript(path, content, expected: ShapeNow(bench, path));
    }

    /// <summary>Bundling and unfolding have been judged against the author's file already; what counts here is the file as it is now.</summary>
    private static Scripts.ScriptShape? ShapeNow(Workbench bench, string path) => bench.Read(path) is { } script ? Scripts.ScriptShape.Of(script) : null;
}
