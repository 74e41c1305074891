using System.Security.Cryptography;
using System.Text;
using Berth.Cli.Commands;
using Berth.Cli.Output;
using Berth.Packaging.Archive;

namespace Berth.Cli.Dev;

/// <summary>A package that was made of the author's folder.</summary>
/// <param name="File">Where it lies.</param>
/// <param name="Package">As the strict reader reads it.</param>
/// <param name="Fingerprint">Of everything but the number that was added to the version.</param>
internal sealed record StagedPackage(FileInfo File, Package Package, string Fingerprint);

/// <summary>Lays a plugin out as a package has it, with a version of its own, and packs it.</summary>
internal sealed class DevStage(DevProject project, DevBuild build, string folder)
{
    /// <summary>The version of a round: a prerelease of the manifest's, so that it is before the release and after the round before.</summary>
    public static string VersionOf(string version, int round)
    {
        var bare = version.Split('+')[0];
        return bare.Contains('-', StringComparison.Ordinal) ? $"{bare}.dev.{round}" : $"{bare}-dev.{round}";
    }

    /// <summary>Packs what is there now.</summary>
    /// <exception cref="CommandFailedException">The package is refused; the reasons are the strict reader's.</exception>
    public async Task<StagedPackage> RunAsync(int round, CancellationToken cancellationToken)
    {
        var laidOut = Path.Combine(folder, "package");
        if (Directory.Exists(laidOut))
            Directory.Delete(laidOut, recursive: true);
        Directory.CreateDirectory(laidOut);
        var manifest = project.ReadManifest();
        using var fingerprint = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        fingerprint.AppendData(Encoding.UTF8.GetBytes(manifest.ToJsonString()));
        foreach (var (path, file) in project.FilesToPack().Concat(build.Assemblies()).OrderBy(one => one.Path, StringComparer.Ordinal))
        {
            var goal = Path.Combine(laidOut, path);
            Directory.CreateDirectory(Path.GetDirectoryName(goal)!);
            File.Copy(file, goal);
            fingerprint.AppendData(Encoding.UTF8.GetBytes(path));
            fingerprint.AppendData(SHA256.HashData(await File.ReadAllBytesAsync(goal, cancellationToken)));
        }

        var version = VersionOf((string)manifest["version"]!, round);
        manifest["version"] = version;
        await File.WriteAllTextAsync(Path.Combine(laidOut, "plugin.json"), manifest.ToJsonString(), cancellationToken);
        var package = new FileInfo(Path.Combine(folder, "staged.berth"));
        package.Delete();
        var outcome = await PackCommand.WriteAsync(package.FullName, new DirectoryInfo(laidOut), cancellationToken);
        package.Refresh();
        return outcome.IsAccepted
            ? new StagedPackage(package, outcome.Package, Convert.ToHexStringLower(fingerprint.GetHashAndReset()))
            : throw PackageVerdict.Refusal(outcome, project.Folder.FullName);
    }
}
