using System.Security.Cryptography;
using Berth.Lifecycle.Migration.Planning;
using Berth.Lifecycle.Store.Codings;
using Berth.Packaging.Archive;

namespace Berth.Lifecycle.Migration.Packages;

/// <summary>Makes the package of a content from the old files, in memory: the same content and rows, the same bytes.</summary>
internal sealed class PackageMaker(PackageLimits limits, FileCodings codings, IReadOnlySet<string> knownSlugs)
{
    /// <summary>The package, or why there can be none.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public async Task<MadePackage> MakeAsync(PlannedContent content, CancellationToken cancellationToken)
    {
        var placement = PlacementOf(content);
        if (content.Folder.Bytes > limits.MaxUnpackedBytes)
            return MadePackage.Refused(content, placement, [$"Its files have {content.Folder.Bytes} bytes; {limits.MaxUnpackedBytes} are allowed in a package."]);

        List<PackageInput> inputs = [new PackageInput(Package.ManifestPath, new ManifestDraft(content, placement, knownSlugs).Write())];
        foreach (var file in placement.Files)
        {
            var bytes = await File.ReadAllBytesAsync(Path.Combine(content.Folder.Path, file.Old.Path), cancellationToken);
            if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != file.Old.Sha256)
                throw new OldSystemChangedException($"'{file.Old.Path}' of {content.Slug} {content.OldVersion} changed while it was read. Stop the old application and start again.");
            inputs.Add(new PackageInput(file.Path, bytes));
        }

        var output = new MemoryStream();
        PackageWriter.Write(output, inputs);
        output.Position = 0;
        var read = output.Length > limits.MaxPackageBytes
            ? new PackageReadOutcome(null, [new PackageFault("archive.size", $"The package has {output.Length} bytes; {limits.MaxPackageBytes} are allowed.")])
            : await PackageReader.ReadAsync(output, limits, cancellationToken);
        if (!read.IsAccepted)
            return MadePackage.Refused(content, placement, [.. read.Faults.Take(5).Select(fault => $"{fault.Code}: {fault.Message}{(fault.Entry is null ? "" : $" ({fault.Entry})")}")]);
        output.Position = 0;
        return new MadePackage(content, placement, read.Package, output, VariantBytes(read.Package, inputs), []);
    }

    /// <summary>Where the files of a content lie in its package.</summary>
    public static FilePlacement PlacementOf(PlannedContent content) => FilePlacement.Of(content.Folder.Files, BundleOf(content));

    /// <summary>The file that pages load: what the row says, without a query or a leading slash, or else the usual places.</summary>
    private static string? BundleOf(PlannedContent content)
    {
        var named = ManifestDraft.PluginFields(content).Text("bundle_location")?.Split('?', '#')[0].Replace('\\', '/').TrimStart('.', '/');
        string?[] places = [named, named is null ? null : "dist/" + named, "dist/remoteEntry.js", "remoteEntry.js"];
        // A bundle that the row names and that is gone is not replaced by another one: the plugin was broken before, too.
        var possible = named is null ? places : places.Take(2);
        return possible.FirstOrDefault(place => place is not null && content.Folder.Files.Any(file => file.Path == place));
    }

    /// <summary>What the store's pre-compressed variants of the served files will take.</summary>
    private long VariantBytes(Package package, List<PackageInput> inputs)
    {
        var contents = inputs.ToDictionary(input => input.Path, input => input.Content, StringComparer.Ordinal);
        return package.Files.DistinctBy(file => file.Sha256).Sum(file => codings.Measure(file, contents[file.Path]));
    }
}

/// <summary>A package that was made, or the reasons why it could not be.</summary>
/// <param name="Content">What it was made of.</param>
/// <param name="Placement">Where the old files lie in it.</param>
/// <param name="Package">As the reader of packages sees it; <see langword="null"/> when it refuses it.</param>
/// <param name="Bytes">The package, at its start.</param>
/// <param name="VariantBytes">What the store's pre-compressed variants take.</param>
/// <param name="Refusals">Why there is none.</param>
internal sealed record MadePackage(
    PlannedContent Content, FilePlacement Placement, Package? Package, MemoryStream? Bytes, long VariantBytes, IReadOnlyList<string> Refusals)
{
    public static MadePackage Refused(PlannedContent content, FilePlacement placement, IReadOnlyList<string> reasons) =>
        new(content, placement, null, null, 0, reasons);
}
