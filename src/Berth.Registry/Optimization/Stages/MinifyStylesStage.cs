using Berth.Registry.Optimization.Tools;

namespace Berth.Registry.Optimization.Stages;

/// <summary>
/// Writes style sheets without spaces and comments. Nothing more: rules that are merged or values that are written in a newer way
/// may mean something else to an older browser.
/// </summary>
internal sealed class MinifyStylesStage(Esbuild esbuild) : IOptimizationStage
{
    // What a command line takes, with room to spare; and how many are tried one by one after a run that failed.
    private const int MostAtOnce = 200;
    private const int MostAlone = 50;

    public string Name => "minify_styles";

    public bool IsWanted(Workbench bench) => bench.Options.Minification && bench.StyleSheets().Count > 0;

    public async Task RunAsync(Workbench bench, CancellationToken cancellationToken)
    {
        var alone = MostAlone;
        foreach (var batch in bench.StyleSheets().Where(path => IsTaken(bench, path)).Chunk(MostAtOnce))
        {
            if (await TryAsync(bench, batch, cancellationToken) is not { } reason)
                continue;
            // One sheet with an error keeps the others of its run from being written.
            foreach (var path in batch)
            {
                var why = batch.Length == 1 || alone-- <= 0 ? reason : await TryAsync(bench, [path], cancellationToken);
                if (why is not null)
                    bench.Note(path, "not_minified", $"The file stays as it was: {why}");
            }
        }
    }

    /// <summary>Proposes what esbuild wrote and reads again; answers why it wrote nothing.</summary>
    private async Task<string?> TryAsync(Workbench bench, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        var (written, reason) = await esbuild.MinifyStylesAsync(paths.ToDictionary(path => path, path => bench.Files[path], StringComparer.Ordinal), cancellationToken);
        if (written is null)
            return reason;
        var (again, failure) = await esbuild.MinifyStylesAsync(written, cancellationToken);
        if (again is null)
            return failure;
        foreach (var (path, content) in written.Where(file => bench.Files.ContainsKey(file.Key)))
        {
            if (again.TryGetValue(path, out var same) && content.AsSpan().SequenceEqual(same))
                bench.ProposeShorterStyles(path, content);
            else
                bench.Note(path, "not_parsed", "The result would not be read as it was written; the file stays as it was.");
        }

        return null;
    }

    private static bool IsTaken(Workbench bench, string path)
    {
        if (!Esbuild.TakesName(path))
        {
            bench.Note(path, "not_minified", "The file stays as it was: its name has characters that mean something to esbuild.");
            return false;
        }

        return bench.TextOf(path) is not null;
    }
}
