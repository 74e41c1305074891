using System.Text;
using System.Text.Json;
using Berth.Registry.Optimization.Scripts;

namespace Berth.Registry.Optimization.Stages;

/// <summary>Leaves out source maps and the comments that name them, also the maps that lie inside a script.</summary>
internal sealed class SourceMapsStage : IOptimizationStage
{
    public string Name => "source_maps";

    public bool IsWanted(Workbench bench) => bench.Options.RemoveSourceMaps;

    public Task RunAsync(Workbench bench, CancellationToken cancellationToken)
    {
        foreach (var path in bench.Scripts())
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Without the word there is no such comment, and the file needs no reading.
            if (bench.TextOf(path) is { } text && text.Contains("URL=", StringComparison.Ordinal)
                && ParsedScript.Read(text) is { } script && BuildComments.WithoutMaps(script) is { } without)
            {
                bench.ProposeScript(path, Encoding.UTF8.GetBytes(without));
            }
        }

        foreach (var path in bench.StyleSheets())
        {
            if (bench.TextOf(path) is { } styles && BuildComments.WithoutMap(styles) is { } without)
                bench.ProposeStyles(path, Encoding.UTF8.GetBytes(without));
        }

        RemoveMaps(bench);
        return Task.CompletedTask;
    }

    private static void RemoveMaps(Workbench bench)
    {
        var maps = bench.Files.Keys.Where(path => path.EndsWith(".map", StringComparison.Ordinal) && IsMap(bench.Files[path])).ToHashSet(StringComparer.Ordinal);
        if (maps.Count == 0)
            return;
        var mentions = new Mentions(bench, except: maps);
        foreach (var path in maps)
        {
            if (mentions.Has(path))
                bench.Note(path, "kept", "It is a source map, but another file names it.");
            else
                bench.Remove(path);
        }
    }

    /// <summary>Source maps are JSON with a version and mappings; a file of that name with something else in it is the plugin's own.</summary>
    private static bool IsMap(byte[] bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("version", out _)
                && (json.RootElement.TryGetProperty("mappings", out _) || json.RootElement.TryGetProperty("sections", out _));
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
