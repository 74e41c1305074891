using Berth.Packaging.Archive;

namespace Berth.Packaging.Variants;

/// <summary>
/// Whether a package is a variant of another one: the same plugin and version, the same manifest, every file that is not
/// served byte for byte the author's, and every other difference named in its statement. Whoever makes a variant and
/// whoever takes one in ask here.
/// </summary>
public static class VariantDerivation
{
    /// <summary>Everything that speaks against it; nothing when it is one.</summary>
    public static IReadOnlyList<PackageFault> Check(Package original, Package variant, VariantStatement? statement)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(variant);
        if (statement is null)
            return [Fault(VariantFaultCodes.Statement, $"The variant has no readable '{VariantStatement.Path}'. Make it again.", VariantStatement.Path)];
        var faults = new List<PackageFault>();
        CheckNames(original, variant, statement, faults);
        var before = original.Files.ToDictionary(file => file.Path, StringComparer.Ordinal);
        var after = variant.Files.Where(file => file.Path != VariantStatement.Path).ToDictionary(file => file.Path, StringComparer.Ordinal);
        var named = statement.Files.DistinctBy(file => file.Path, StringComparer.Ordinal).ToDictionary(file => file.Path, StringComparer.Ordinal);
        foreach (var file in after.Values)
            CheckFile(file, before.GetValueOrDefault(file.Path), named, faults);
        foreach (var path in named.Keys.Where(path => !after.ContainsKey(path)))
            faults.Add(Fault(VariantFaultCodes.File, $"The statement names '{path}', which is not in the variant. Make it again.", path));
        CheckRemoved(before, after, statement, faults);
        return faults;
    }

    private static void CheckNames(Package original, Package variant, VariantStatement statement, List<PackageFault> faults)
    {
        var name = original.Manifest.Name;
        var version = original.Manifest.Version.ToString();
        if (statement.SourceDigest != original.Digest || statement.Slug != name || statement.Version != version)
        {
            faults.Add(Fault(
                VariantFaultCodes.Source,
                $"The variant derives from {statement.Slug} {statement.Version} with SHA-256 {statement.SourceDigest}, not from {name} {version} with SHA-256 {original.Digest}. Ask for the variant of this version."));
        }

        if (!original.ManifestJson.Span.SequenceEqual(variant.ManifestJson.Span))
            faults.Add(Fault(VariantFaultCodes.Manifest, "The variant has another manifest than the original. Make it again.", Package.ManifestPath));
    }

    private static void CheckFile(PackageFile file, PackageFile? author, Dictionary<string, VariantFile> named, List<PackageFault> faults)
    {
        if (author is not null && author.Sha256 == file.Sha256)
            return;
        if (!file.IsServed)
        {
            faults.Add(Fault(
                VariantFaultCodes.ServerSide, $"'{file.Path}' is not the author's file, and it is none that users are served. Only those may differ. Make the variant again.", file.Path));
        }
        else if (!named.TryGetValue(file.Path, out var said) || said.Sha256 != file.Sha256 || said.From != author?.Sha256)
        {
            faults.Add(Fault(VariantFaultCodes.File, $"'{file.Path}' is not the author's file, and the statement does not say where it comes from. Make the variant again.", file.Path));
        }
    }

    private static void CheckRemoved(
        Dictionary<string, PackageFile> before, Dictionary<string, PackageFile> after, VariantStatement statement, List<PackageFault> faults)
    {
        var removed = statement.Removed.ToHashSet(StringComparer.Ordinal);
        foreach (var file in before.Values.Where(file => !after.ContainsKey(file.Path)))
        {
            if (!removed.Contains(file.Path))
                faults.Add(Fault(VariantFaultCodes.File, $"'{file.Path}' of the original is missing, and the statement does not say so. Make the variant again.", file.Path));
            else if (file.Path.StartsWith("lib/", StringComparison.Ordinal) || file.Path.StartsWith("vm/", StringComparison.Ordinal))
                faults.Add(Fault(VariantFaultCodes.ServerSide, $"'{file.Path}' runs on the server and may not be left out. Make the variant again.", file.Path));
        }

        foreach (var path in removed.Where(path => after.ContainsKey(path) || !before.ContainsKey(path)))
            faults.Add(Fault(VariantFaultCodes.File, $"The statement says that '{path}' is left out, and it is not. Make the variant again.", path));
    }

    private static PackageFault Fault(string code, string message, string? entry = null) => new(code, message, entry);
}
