using System.Text;
using System.Text.Json;
using Berth.Packaging.Archive;
using Berth.Registry.Optimization;
using Berth.Registry.Optimization.Stages;
using Berth.Registry.Optimization.Tools;

namespace Berth.Registry.Tests.Optimization;

/// <summary>Packages with front ends, and the optimiser that works on them.</summary>
internal static class Bench
{
    public static Optimizer Optimizer { get; } = NewOptimizer(new EsbuildLocation());

    public static Optimizer NewOptimizer(EsbuildLocation location)
    {
        var esbuild = new Esbuild(location);
        return new Optimizer(new OptimizationStages(esbuild), esbuild, PackageLimits.Default);
    }

    public static byte[] Pack(string entry, object? bundleOptimization, params (string Path, string Text)[] files) =>
        Pack(entry, bundleOptimization, [.. files.Select(file => new PackageInput(file.Path, Encoding.UTF8.GetBytes(file.Text)))]);

    public static byte[] Pack(string entry, object? bundleOptimization, IReadOnlyList<PackageInput> files)
    {
        var manifest = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["name"] = "Clock",
            ["version"] = "1.0.0",
            ["frontend"] = new { entry, modules = new[] { new { name = "Panel", displayName = "Panel" } } },
        };
        if (bundleOptimization is not null)
            manifest["optimization"] = new { bundleOptimization };
        using var output = new MemoryStream();
        PackageWriter.Write(output, [new PackageInput("plugin.json", JsonSerializer.SerializeToUtf8Bytes(manifest)), .. files]);
        return output.ToArray();
    }

    public static async Task<Package> ReadAsync(byte[] package)
    {
        var read = await PackageReader.ReadAsync(new MemoryStream(package), PackageLimits.Default);
        read.Faults.ShouldBeEmpty();
        return read.Package!;
    }

    public static async Task<OptimizationOutcome> OptimizeAsync(byte[] package) =>
        await Optimizer.RunAsync(new MemoryStream(package), await ReadAsync(package), CancellationToken.None);

    /// <summary>The variant of a package that gets smaller, with its files.</summary>
    public static async Task<(OptimizationOutcome.Made Made, Dictionary<string, byte[]> Files)> MadeAsync(byte[] package)
    {
        var made = (await OptimizeAsync(package)).ShouldBeOfType<OptimizationOutcome.Made>();
        return (made, PackageFiles.Read(new MemoryStream(made.Package), await ReadAsync(made.Package)));
    }

    public static string Text(this Dictionary<string, byte[]> files, string path) => Encoding.UTF8.GetString(files[path]);
}
