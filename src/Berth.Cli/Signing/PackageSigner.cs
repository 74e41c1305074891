using Berth.Cli.Commands;
using Berth.Cli.Output;
using Berth.Packaging.Archive;
using Berth.Packaging.Signing;

namespace Berth.Cli.Signing;

/// <summary>Signs packages and reads the signature files beside them, without a network.</summary>
internal static class PackageSigner
{
    /// <summary>Where a package's signatures lie.</summary>
    public static string FileOf(FileInfo package) => package.FullName + ".sig";

    /// <summary>The package as the strict reader reads it.</summary>
    public static async Task<Package> ReadAsync(CommandContext context, FileInfo file, CancellationToken cancellationToken)
    {
        if (!file.Exists)
        {
            throw new CommandFailedException(ExitCode.NotFound, "client.file.missing", $"{file.FullName} does not exist.", "Make a package with `berth pack DIR`.");
        }

        await using var bytes = file.OpenRead();
        var outcome = await context.Report.WatchAsync($"Reading {file.Name}", PackageReader.ReadAsync(bytes, PackageLimits.Default, cancellationToken));
        return outcome.IsAccepted ? outcome.Package : throw PackageVerdict.Refusal(outcome, file.FullName);
    }

    /// <summary>The author's signature of a package, by now.</summary>
    public static DetachedSignature Sign(Package package, SigningKey key) =>
        DetachedSignature.Create(CanonicalFileList.Create(package), DetachedSignature.FilesType, key, DateTimeOffset.UtcNow);

    /// <summary>A signature file.</summary>
    public static SignatureFile Read(string file)
    {
        var reading = SignatureFile.Read(KeyFolder.TextOf(file));
        return reading.File ?? throw KeyFolder.Refused(file, reading.Fault!);
    }
}
