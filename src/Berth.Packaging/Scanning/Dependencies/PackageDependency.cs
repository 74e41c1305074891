namespace Berth.Packaging.Scanning.Dependencies;

/// <summary>A package of another ecosystem that a plugin brings along.</summary>
/// <param name="Ecosystem">As OSV names it: <c>npm</c>, <c>NuGet</c>.</param>
/// <param name="Name">The name; of NuGet in lower case, as its names are compared.</param>
/// <param name="Version">The version, exactly.</param>
/// <param name="File">The file that says so.</param>
/// <param name="IsDevelopment">Whether only the build used it.</param>
public sealed record PackageDependency(string Ecosystem, string Name, string Version, string File, bool IsDevelopment = false)
{
    /// <summary>npm's.</summary>
    public const string Npm = "npm";

    /// <summary>NuGet's.</summary>
    public const string NuGet = "NuGet";
}
