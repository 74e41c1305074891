using Berth.Packaging.Scanning.Il;

namespace Berth.Packaging.Scanning;

/// <summary>
/// What code uses and its manifest does not declare: the part of the scan that a host asks for, too, before it takes code into its
/// own process, where nothing but this look keeps it from what it did not declare. Reads metadata and instructions, runs nothing.
/// </summary>
/// <param name="File">The assembly.</param>
/// <param name="Capability">The capability that it needs; <see langword="null"/> where a type is reached by its name and none is certain.</param>
/// <param name="Explanation">Where in the code, and what is used there.</param>
public sealed record UndeclaredUse(string File, string? Capability, string Explanation)
{
    /// <summary>Version of the rules: an answer of another one is old.</summary>
    public static int RuleSet { get; } = new IlScanner().RuleSet;

    /// <summary>Looks through one assembly.</summary>
    /// <param name="path">What it is called.</param>
    /// <param name="bytes">The file.</param>
    /// <param name="declared">What the manifest declares.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static IReadOnlyList<UndeclaredUse> Find(string path, ReadOnlyMemory<byte> bytes, IReadOnlyCollection<string> declared, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(declared);
        var findings = new FindingList(ScanLimits.Default.MaxFindingsPerCode);
        new IlScanner().Look(new ScannedFile(path, null, bytes, isWhole: true, depth: 0), new ScanTask(ScanLimits.Default, declared, findings, cancellationToken));
        // What could not be looked through has not been found to be harmless.
        return
        [
            .. findings.ToList()
                .Where(finding => finding.Code == IlCodes.UndeclaredCapability.Code || finding.Code == IlCodes.HiddenReference.Code || finding.Code == IlCodes.Broken.Code || finding.Code == IlCodes.TooLarge.Code)
                .Select(finding => new UndeclaredUse(finding.File ?? path, finding.Capability, finding.Explanation)),
        ];
    }

    /// <summary>Looks through all assemblies of a folder and below, in the order of their names.</summary>
    /// <param name="folder">The folder, which need not be there.</param>
    /// <param name="declared">What the manifest declares.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public static async Task<IReadOnlyList<UndeclaredUse>> FindInAsync(string folder, IReadOnlyCollection<string> declared, CancellationToken cancellationToken = default)
    {
        var found = new List<UndeclaredUse>();
        var assemblies = System.IO.Directory.Exists(folder) ? System.IO.Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(IsAssembly).Order(StringComparer.Ordinal) : Enumerable.Empty<string>();
        foreach (var path in assemblies)
        {
            var bytes = await System.IO.File.ReadAllBytesAsync(path, cancellationToken);
            found.AddRange(Find(Path.GetRelativePath(folder, path), bytes, declared, cancellationToken));
        }

        return found;
    }

    /// <summary>In one sentence, of several: the first, and how many more.</summary>
    public static string Sentence(IReadOnlyList<UndeclaredUse> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        var named = string.Join(", ", found.Select(use => use.Capability).OfType<string>().Distinct().Order(StringComparer.Ordinal));
        return $"{found[0].File}: {found[0].Explanation}{(found.Count > 1 ? $" And {found.Count - 1} more." : "")}{(named.Length > 0 ? $" Needed: {named}." : "")}";
    }

    private static bool IsAssembly(string path) => Path.GetExtension(path) is { } extension
        && (extension.Equals(".dll", StringComparison.OrdinalIgnoreCase) || extension.Equals(".exe", StringComparison.OrdinalIgnoreCase));
}
