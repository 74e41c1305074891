using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace Berth.Packaging.Versioning;

/// <summary>
/// A version after SemVer 2.0.0 (https://semver.org). Ordering follows section 11 and ignores build metadata;
/// equality includes it, because two versions that differ in it are different packages.
/// </summary>
/// <remarks>
/// Not built on NuGet.Versioning: that compares prerelease labels without regard to case, holds numbers in 32 bits and
/// accepts two or four parts, so the same text would mean another version here than in the rest of the SemVer world.
/// </remarks>
public sealed class SemanticVersion : IComparable<SemanticVersion>, IEquatable<SemanticVersion>
{
    /// <summary>Characters of the longest text that is read: 256.</summary>
    public const int MaxLength = 256;

    private readonly string _text;
    private readonly string[] _prerelease;

    internal SemanticVersion(BigInteger major, BigInteger minor, BigInteger patch, string prerelease = "", string build = "")
    {
        Major = major;
        Minor = minor;
        Patch = patch;
        Prerelease = prerelease;
        BuildMetadata = build;
        _prerelease = prerelease.Length == 0 ? [] : prerelease.Split('.');
        _text = string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}.{patch}{(prerelease.Length == 0 ? "" : "-")}{prerelease}{(build.Length == 0 ? "" : "+")}{build}");
    }

    /// <summary>The first part. SemVer bounds no number, so neither does this type.</summary>
    public BigInteger Major { get; }

    /// <summary>The second part.</summary>
    public BigInteger Minor { get; }

    /// <summary>The third part.</summary>
    public BigInteger Patch { get; }

    /// <summary>The identifiers after <c>-</c>, dotted; empty when there are none.</summary>
    public string Prerelease { get; }

    /// <summary>The identifiers after <c>+</c>, dotted; empty when there are none.</summary>
    public string BuildMetadata { get; }

    /// <summary>Whether the version has prerelease identifiers.</summary>
    public bool IsPrerelease => _prerelease.Length > 0;

    /// <summary>Reads a version in the full grammar of SemVer 2.0.0; no <c>v</c> prefix, no missing parts.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out SemanticVersion? version)
    {
        version = null;
        if (PartialVersion.TryParse(text, out var partial) && partial.Precision == 3)
        {
            version = partial.Floor();
        }

        return version is not null;
    }

    /// <summary>Reads a version.</summary>
    /// <exception cref="FormatException">The text is not a SemVer 2.0.0 version.</exception>
    public static SemanticVersion Parse(string text) =>
        TryParse(text, out var version)
            ? version
            : throw new FormatException($"'{(text?.Length > 64 ? text[..64] + "…" : text)}' is not a version. Write three numbers and an optional prerelease, for example 1.4.0 or 2.0.0-beta.1, without a leading v.");

    /// <summary>The order of SemVer section 11. Zero for versions that differ in build metadata only.</summary>
    public int CompareTo(SemanticVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        var order = Major.CompareTo(other.Major);
        order = order != 0 ? order : Minor.CompareTo(other.Minor);
        order = order != 0 ? order : Patch.CompareTo(other.Patch);
        return order != 0 ? order : ComparePrerelease(_prerelease, other._prerelease);
    }

    /// <summary>Whether both are the same text, build metadata included.</summary>
    public bool Equals(SemanticVersion? other) => other is not null && string.Equals(_text, other._text, StringComparison.Ordinal);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as SemanticVersion);

    /// <inheritdoc />
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(_text);

    /// <summary>The canonical text, build metadata included.</summary>
    public override string ToString() => _text;

    internal bool HasSameNumbers(SemanticVersion other) => Major == other.Major && Minor == other.Minor && Patch == other.Patch;

    private static int ComparePrerelease(string[] left, string[] right)
    {
        // A version without identifiers is newer than the same one with them.
        if (left.Length == 0 || right.Length == 0)
        {
            return (left.Length == 0 ? 1 : 0) - (right.Length == 0 ? 1 : 0);
        }

        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var order = CompareIdentifier(left[i], right[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    private static int CompareIdentifier(string left, string right)
    {
        var leftIsNumber = PartialVersion.IsDigits(left);
        var rightIsNumber = PartialVersion.IsDigits(right);
        if (leftIsNumber != rightIsNumber)
        {
            return leftIsNumber ? -1 : 1;
        }

        // No leading zeros, so the longer number is the greater one: numbers of any length without arithmetic.
        return leftIsNumber && left.Length != right.Length
            ? left.Length.CompareTo(right.Length)
            : Math.Sign(string.CompareOrdinal(left, right));
    }
}
