using Berth.Cli.Output;
using Berth.Cli.Serving;
using Berth.Packaging.Archive;

namespace Berth.Cli.Demo;

/// <summary>A package on disk and what the strict reader says about it.</summary>
internal sealed record SamplePackage(FileInfo File, Package Package)
{
    /// <summary>Slug and version, for sentences.</summary>
    public string Name => $"{Package.Manifest.Name} {Package.Manifest.Version}";
}

/// <summary>The packages that the story is told with: at least two versions of one plugin with a front end.</summary>
internal sealed record SamplePackages(IReadOnlyList<SamplePackage> All, SamplePackage Old, SamplePackage New)
{
    private const string Slug = "Notes";

    /// <summary>Reads the given folder, or that of the source tree.</summary>
    /// <exception cref="CommandFailedException">There are no packages, or not those that the story needs.</exception>
    public static async Task<SamplePackages> ReadAsync(string? folder, Report report, CancellationToken cancellationToken)
    {
        if (folder is null && DevelopmentTree.Find(AppContext.BaseDirectory) is { } tree)
        {
            folder = tree.SamplePackages;
            if (!Directory.Exists(folder) || !Directory.EnumerateFiles(folder, $"{Slug}-*.berth").Any())
            {
                await tree.BuildAsync("The sample plugins", tree.SamplePlugins, report, cancellationToken);
            }
        }

        if (folder is null || !Directory.Exists(folder))
        {
            throw Missing(folder ?? "artifacts/plugins");
        }

        var all = new List<SamplePackage>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.berth").Order(StringComparer.Ordinal))
        {
            await using var bytes = File.OpenRead(file);
            var outcome = await PackageReader.ReadAsync(bytes, PackageLimits.Default, cancellationToken);
            all.Add(outcome.IsAccepted ? new SamplePackage(new FileInfo(file), outcome.Package) : throw Commands.PackageVerdict.Refusal(outcome, file));
        }

        return new SamplePackages(all, Find(all, folder, "1.0.0"), Find(all, folder, "1.1.0"));
    }

    private static SamplePackage Find(List<SamplePackage> all, string folder, string version) =>
        all.Find(sample => sample.Package.Manifest is { Name: Slug, Frontend: not null } manifest && manifest.Version.ToString() == version)
        ?? throw Missing(folder);

    private static CommandFailedException Missing(string folder) => new(
        ExitCode.NotFound, "client.packages.missing", $"{folder} has no {Slug} 1.0.0 and 1.1.0 to tell the story with.",
        "Build the sample plugins with plugins/build.sh, or name a folder with --packages DIR.");
}
