using System.Security.Cryptography;
using Berth.Packaging.Archive;
using Berth.Packaging.Scanning.Dependencies;
using Berth.Packaging.Scanning.Indicators;
using Berth.Packaging.Scanning.Names;

namespace Berth.Packaging.Scanning;

/// <summary>
/// The scan of a package: every file once, for all scanners; then what only the whole shows. Nothing of the package is run,
/// nothing leaves memory, and whatever its bytes are, there is a verdict of every scanner.
/// </summary>
public static class PackageScan
{
    /// <summary>Scans a package that the strict reader accepted.</summary>
    /// <param name="package">Its bytes, seekable; read from position 0. Not disposed.</param>
    /// <param name="read">What <see cref="PackageReader.ReadAsync"/> said about these bytes.</param>
    /// <param name="rules">What to go by.</param>
    /// <param name="cancellationToken">Ends the scan without a report. Its own time limit is a report.</param>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static async Task<ScanReport> RunAsync(Stream package, Package read, ScanRules rules, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(package);
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(rules);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(rules.Limits.MaxTime);
        var walk = new ScanWalk(rules, read.Manifest.Security.Capabilities, time.Token);
        try
        {
            await Task.Run(() => PackageReader.Visit(package, read, rules.PackageLimits, rules.Limits.MaxFileBytes, walk.Look, time.Token), time.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            walk.End(new ScanOutcome.Timeout(rules.Limits.MaxTime));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            walk.End(new ScanOutcome.Error($"The package could not be read through: {exception.GetType().Name}."));
        }

        return new ScanReport(
            Ordered([.. walk.Verdicts, await DependencyJudgement.RunAsync(walk.Dependencies, rules, time.Token, cancellationToken), NameScanner.Judge(read.Manifest, rules)]),
            walk.Dependencies.Found);
    }

    /// <summary>
    /// Scans one file that lies in no package, with the scanners that look at files: for editors, tests, and whoever feeds them
    /// with noise. Whatever the bytes are, there is a verdict.
    /// </summary>
    /// <param name="path">What it is called; the end of the name says what it is taken for.</param>
    /// <param name="bytes">The file.</param>
    /// <param name="rules">What to go by.</param>
    /// <param name="cancellationToken">Ends the scan: those that have not ended time out.</param>
    public static IReadOnlyList<ScannerVerdict> File(string path, ReadOnlyMemory<byte> bytes, ScanRules rules, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(rules);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(rules.Limits.MaxTime);
        var walk = new ScanWalk(rules, [], time.Token);
        try
        {
            walk.Look(new PackageFile(path, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes.Span))), bytes, isWhole: true);
        }
        catch (OperationCanceledException)
        {
            walk.End(new ScanOutcome.Timeout(rules.Limits.MaxTime));
        }

        return walk.Verdicts;
    }

    /// <summary>Looks for indicators alone in a package that the strict reader accepted.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static async Task<ScannerVerdict> FindAsync(
        Stream package, Package read, IReadOnlyList<Indicator> indicators, PackageLimits limits, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(package);
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(indicators);
        ArgumentNullException.ThrowIfNull(limits);
        var walk = new ScanWalk(ScanRules.BuiltIn with { Indicators = indicators, PackageLimits = limits }, [], cancellationToken, onlyIndicators: true);
        await Task.Run(() => PackageReader.Visit(package, read, limits, ScanLimits.Default.MaxFileBytes, walk.Look, cancellationToken), cancellationToken);
        return walk.Verdicts.First(verdict => verdict.Scanner == Scanners.Indicators);
    }

    private static IReadOnlyList<ScannerVerdict> Ordered(IReadOnlyList<ScannerVerdict> verdicts) =>
        [.. Scanners.All.Append(Scanners.Indicators).SelectMany(name => verdicts.Where(verdict => verdict.Scanner == name))];
}
