using System.Diagnostics.CodeAnalysis;

namespace Berth.Packaging.Versioning;

/// <summary>An npm-style range of versions: <c>^ ~ &gt;= &gt; &lt;= &lt; = || x *</c>, hyphen ranges and exact versions.</summary>
/// <remarks>
/// Grammar and meaning follow the range grammar of npm's semver, with two differences: no <c>v</c> prefix, and an exact
/// version that names build metadata means that very package.
/// </remarks>
public sealed class VersionRange
{
    /// <summary>Characters of the longest text that is read: 1,024.</summary>
    public const int MaxLength = 1024;

    private readonly string _text;
    private readonly VersionBound[][] _alternatives;

    private VersionRange(string text, VersionBound[][] alternatives)
    {
        _text = text;
        _alternatives = alternatives;
    }

    /// <summary>Every stable version.</summary>
    public static VersionRange Any { get; } = new("*", [[]]);

    /// <summary>Reads a range. The empty text is <see cref="Any"/>, as in npm.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out VersionRange? range)
    {
        range = text is { Length: <= MaxLength } && VersionRangeGrammar.TryRead(text, out var alternatives)
            ? new VersionRange(text, alternatives)
            : null;
        return range is not null;
    }

    /// <summary>Reads a range.</summary>
    /// <exception cref="FormatException">The text is not a range.</exception>
    public static VersionRange Parse(string text) =>
        TryParse(text, out var range)
            ? range
            : throw new FormatException($"'{(text?.Length > 64 ? text[..64] + "…" : text)}' is not a version range. Write for example ^1.2.0, ~1.2, >=1.0.0 <3, 1.x || 2.x, or an exact version.");

    /// <summary>The versions at which the range begins, ends or lies.</summary>
    internal IEnumerable<SemanticVersion> Bounds => _alternatives.SelectMany(bounds => bounds.Select(bound => bound.Version));

    /// <summary>Whether the version lies in the range. A prerelease does only when <paramref name="includePrerelease"/>
    /// or when the range names a prerelease of the same major, minor and patch (npm's rule).</summary>
    public bool Contains(SemanticVersion version, bool includePrerelease = false)
    {
        ArgumentNullException.ThrowIfNull(version);
        return _alternatives.Any(bounds =>
            bounds.All(bound => bound.Admits(version))
            && (includePrerelease || !version.IsPrerelease || bounds.Any(bound => bound.NamesPrereleaseOf(version))));
    }

    /// <summary>The newest of the versions that lies in the range, or <see langword="null"/>. Of versions that differ in
    /// build metadata only, the one whose text sorts last, so that the answer does not depend on the order given.</summary>
    public SemanticVersion? Newest(IEnumerable<SemanticVersion> versions, bool includePrerelease = false)
    {
        ArgumentNullException.ThrowIfNull(versions);
        return versions
            .Where(version => Contains(version, includePrerelease))
            .OrderDescending()
            .ThenByDescending(version => version.BuildMetadata, StringComparer.Ordinal)
            .FirstOrDefault();
    }

    /// <summary>The text as it was written.</summary>
    public override string ToString() => _text;
}
