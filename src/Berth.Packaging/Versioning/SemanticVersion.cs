using System.Diagnostics.CodeAnalysis;

namespace Berth.Packaging.Versioning;

/// <summary>
/// A version after SemVer 2.0.0 (https://semver.org). Ordering follows section 11 and ignores build metadata;
/// equality includes it, because two versions that differ in it are different packages.
/// </summary>
public sealed class SemanticVersion : IComparable<SemanticVersion>, IEquatable<SemanticVersion>
{
    /// <summary>Reads a version in the full grammar of SemVer 2.0.0; no <c>v</c> prefix, no missing parts.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out SemanticVersion? version) =>
        throw new NotImplementedException();

    /// <summary>Reads a version.</summary>
    /// <exception cref="FormatException">The text is not a SemVer 2.0.0 version.</exception>
    public static SemanticVersion Parse(string text) => throw new NotImplementedException();

    /// <summary>Whether the version has prerelease identifiers.</summary>
    public bool IsPrerelease => throw new NotImplementedException();

    /// <inheritdoc />
    public int CompareTo(SemanticVersion? other) => throw new NotImplementedException();

    /// <inheritdoc />
    public bool Equals(SemanticVersion? other) => throw new NotImplementedException();

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as SemanticVersion);

    /// <inheritdoc />
    public override int GetHashCode() => throw new NotImplementedException();

    /// <summary>The canonical text, build metadata included.</summary>
    public override string ToString() => throw new NotImplementedException();
}
