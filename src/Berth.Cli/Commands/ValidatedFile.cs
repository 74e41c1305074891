using Berth.Cli.Output;
using Berth.Packaging.Archive;
using Berth.Packaging.Scanning;

namespace Berth.Cli.Commands;

/// <summary>A package file as it is, or a folder packed into a file that is gone afterwards.</summary>
internal sealed class ValidatedFile : IDisposable
{
    private readonly DirectoryInfo? _folder;

    private ValidatedFile(FileInfo file, DirectoryInfo? folder) => (File, _folder) = (file, folder);

    /// <summary>The package.</summary>
    public FileInfo File { get; }

    /// <summary>Whether it was packed for this look alone, so that nothing lies beside it.</summary>
    public bool IsPacked => _folder is not null;

    /// <summary>Names it; a folder is packed with the first look.</summary>
    public static ValidatedFile Of(FileSystemInfo path)
    {
        if (path is DirectoryInfo || Directory.Exists(path.FullName))
        {
            var folder = new DirectoryInfo(path.FullName);
            PackCommand.RequireManifest(folder);
            return new ValidatedFile(new FileInfo(Path.Combine(Path.GetTempPath(), $"berth-validate-{Guid.NewGuid():N}.berth")), folder);
        }

        return path.Exists
            ? new ValidatedFile(new FileInfo(path.FullName), null)
            : throw new CommandFailedException(ExitCode.NotFound, "client.file.missing", $"{path.FullName} does not exist.");
    }

    /// <summary>What the strict reader says, and what the scanners find in what it accepts.</summary>
    public async Task<(PackageReadOutcome Outcome, ScanReport? Report)> LookAsync(CancellationToken cancellationToken)
    {
        if (_folder is not null && await PackCommand.WriteAsync(File.FullName, _folder, cancellationToken) is { IsAccepted: false } refused)
        {
            return (refused, null);
        }

        await using var package = File.OpenRead();
        var outcome = await PackageReader.ReadAsync(package, PackageLimits.Default, cancellationToken);
        return (outcome, outcome.IsAccepted ? await PackageScan.RunAsync(package, outcome.Package, ScanRules.BuiltIn, cancellationToken) : null);
    }

    public void Dispose()
    {
        if (IsPacked)
        {
            File.Delete();
        }
    }
}
