namespace Berth.Packaging.Scanning;

/// <summary>The scanners' names.</summary>
public static class Scanners
{
    /// <summary>Assemblies and native code.</summary>
    public const string Il = "il";

    /// <summary>JavaScript, alone and inside HTML and SVG.</summary>
    public const string Scripts = "scripts";

    /// <summary>Tokens and keys that were packed by mistake.</summary>
    public const string Secrets = "secrets";

    /// <summary>Known vulnerabilities of what the package brings along.</summary>
    public const string Dependencies = "dependencies";

    /// <summary>Names that could be taken for another's.</summary>
    public const string Names = "names";

    /// <summary>Archives inside the package.</summary>
    public const string Archives = "archives";

    /// <summary>The registry's own indicators; there is a verdict only when there are some.</summary>
    public const string Indicators = "indicators";

    /// <summary>Those that every scan has a verdict of.</summary>
    public static IReadOnlyList<string> All { get; } = [Il, Scripts, Secrets, Dependencies, Names, Archives];
}
