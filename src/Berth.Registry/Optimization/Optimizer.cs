using System.Diagnostics;
using System.Security.Cryptography;
using Berth.Packaging.Archive;
using Berth.Packaging.Variants;
using Berth.Registry.Optimization.Reports;
using Berth.Registry.Optimization.Stages;
using Berth.Registry.Optimization.Tools;

namespace Berth.Registry.Optimization;

/// <summary>
/// Makes a variant of a package: the same plugin with smaller front-end files, as a package of its own that says what it
/// derives from. The author's bytes are only read.
/// </summary>
internal sealed class Optimizer(OptimizationStages stages, Esbuild esbuild, PackageLimits limits)
{
    /// <summary>Before: a package that the strict reader accepted. After: a variant that was read back and verified, or a reason.</summary>
    public async Task<OptimizationOutcome> RunAsync(Stream content, Package package, CancellationToken cancellationToken)
    {
        var options = OptimizationOptions.Of(package.Manifest);
        if (Obstacle(package) is { } obstacle)
            return obstacle;
        var (version, reason) = options.NeedEsbuild ? await esbuild.ProbeAsync(cancellationToken) : ("", "");
        if (version is null)
            return new OptimizationOutcome.Unavailable("variant.tool_missing", reason);

        var time = Stopwatch.StartNew();
        var bench = new Workbench(package, PackageFiles.Read(content, package), options);
        var meter = new SizeMeter(options.Compression);
        var before = new OptimizationSizes(bench.Files.Count, package.Size, meter.Of(bench.Files));
        var reports = new List<OptimizationStageReport>();
        foreach (var stage in stages.InOrder.Where(stage => stage.IsWanted(bench)))
            reports.Add(await RunAsync(stage, bench, meter, cancellationToken));

        var tools = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["berth"] = typeof(Optimizer).Assembly.GetName().Version!.ToString(3) };
        if (version.Length > 0)
            tools["esbuild"] = version;
        var served = meter.Of(bench.Files);
        var report = new OptimizationReport(
            bench.Kind, options.ToDictionary(), tools, before, new OptimizationSizes(bench.Files.Count, null, served),
            Saved(before.Served.Bytes, served.Bytes), reports, Changes(bench), Math.Round(time.Elapsed.TotalMilliseconds, 1));
        return report.IsWorthwhile ? await PackAsync(bench, report, cancellationToken) : new OptimizationOutcome.NothingToGain(report);
    }

    private static OptimizationOutcome.Unavailable? Obstacle(Package package) =>
        package.Manifest.Frontend is null ? new("variant.no_front_end", "The plugin has no front end; there is nothing to make smaller.")
        : package.Manifest.Security.Checksum is not null ? new("variant.author_bytes", "The manifest fixes the checksum of the files, so no others can bear it. Leave 'security.checksum' out to allow variants.")
        : package.Files.Any(file => file.Path == VariantStatement.Path) ? new("variant.author_bytes", "The package is a variant itself. Publish the original.")
        : package.UnpackedSize > PackageFiles.MostBytes ? new("variant.too_large", $"The files have more than {PackageFiles.MostBytes} bytes; such a package is served as its author made it.")
        : null;

    private static async Task<OptimizationStageReport> RunAsync(IOptimizationStage stage, Workbench bench, SizeMeter meter, CancellationToken cancellationToken)
    {
        var time = Stopwatch.StartNew();
        var before = bench.Snapshot();
        try
        {
            await stage.RunAsync(bench, cancellationToken);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
        {
            // A stage that fails leaves everything as it was; the others go on.
            bench.Restore(before);
            bench.Note("", "stage_failed", $"The stage failed and was taken back: {exception.GetType().Name}.");
        }

        var after = bench.Files;
        return new OptimizationStageReport(
            stage.Name,
            after.Count(file => before.TryGetValue(file.Key, out var was) && !ReferenceEquals(was, file.Value)),
            after.Keys.Count(path => !before.ContainsKey(path)),
            before.Keys.Count(path => !after.ContainsKey(path)),
            meter.Of(after),
            Math.Round(time.Elapsed.TotalMilliseconds, 1),
            bench.TakeNotes());
    }

    private async Task<OptimizationOutcome> PackAsync(Workbench bench, OptimizationReport report, CancellationToken cancellationToken)
    {
        var statement = StatementOf(bench, report);
        using var output = new MemoryStream();
        PackageWriter.Write(
            output,
            [.. bench.Files.Select(file => new PackageInput(file.Key, file.Value)), new PackageInput(VariantStatement.Path, statement.ToUtf8())]);

        // Judged by the same reader and the same rules as a host will: what they would refuse is never kept.
        var read = await PackageReader.ReadAsync(output, limits, cancellationToken);
        if (read.Package is not { } variant)
            return new OptimizationOutcome.Unavailable("variant.not_derived", $"What came out is no acceptable package: {read.Faults[0].Message}");
        var faults = VariantDerivation.Check(bench.Package, variant, statement);
        if (faults.Count > 0)
            return new OptimizationOutcome.Unavailable("variant.not_derived", $"What came out is no variant of the package: {faults[0].Message}");
        return new OptimizationOutcome.Made(
            output.ToArray(), variant, report with { After = report.After with { Files = variant.Files.Count, PackageBytes = variant.Size } });
    }

    private static VariantStatement StatementOf(Workbench bench, OptimizationReport report) => new()
    {
        FormatVersion = VariantStatement.CurrentFormat,
        Kind = VariantStatement.Optimized,
        Slug = bench.Package.Manifest.Name,
        Version = bench.Package.Manifest.Version.ToString(),
        SourceDigest = bench.Package.Digest,
        Tools = report.Tools,
        Stages = [.. report.Stages.Where(stage => stage.Changed + stage.Added + stage.Removed > 0).Select(stage => stage.Name)],
        Options = report.Options,
        Files = [.. bench.Files.Where(file => IsOurs(bench, file.Key)).Select(file => new VariantFile(file.Key, Digest(file.Value), bench.Original.TryGetValue(file.Key, out var was) ? Digest(was) : null))],
        Removed = [.. bench.Original.Keys.Where(path => !bench.Files.ContainsKey(path)).Order(StringComparer.Ordinal)],
    };

    private static IReadOnlyList<OptimizationFile> Changes(Workbench bench) =>
    [
        .. bench.Files.Where(file => IsOurs(bench, file.Key)).Select(file => new OptimizationFile(file.Key, bench.Original.TryGetValue(file.Key, out var was) ? was.Length : null, file.Value.Length)),
        .. bench.Original.Where(file => !bench.Files.ContainsKey(file.Key)).OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => new OptimizationFile(file.Key, file.Value.Length, null)),
    ];

    private static bool IsOurs(Workbench bench, string path) =>
        !bench.Original.TryGetValue(path, out var was) || !was.AsSpan().SequenceEqual(bench.Files[path]);

    private static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static double Saved(long before, long after) => before == 0 ? 0 : Math.Round(100.0 * (before - after) / before, 2);
}
