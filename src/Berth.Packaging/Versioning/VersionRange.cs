using System.Diagnostics.CodeAnalysis;

namespace Berth.Packaging.Versioning;

/// <summary>An npm-style range of versions: <c>^ ~ &gt;= &gt; &lt;= &lt; = || x *</c>, hyphen ranges and exact versions.</summary>
public sealed class VersionRange
{
    /// <summary>Every stable version.</summary>
    public static VersionRange Any => throw new NotImplementedException();

    /// <summary>Reads a range.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out VersionRange? range) =>
        throw new NotImplementedException();

    /// <summary>Whether the version lies in the range. A prerelease does only when <paramref name="includePrerelease"/>
    /// or when the range names a prerelease of the same major, minor and patch (npm's rule).</summary>
    public bool Contains(SemanticVersion version, bool includePrerelease = false) => throw new NotImplementedException();

    /// <summary>The newest of the versions that lies in the range, or <see langword="null"/>.</summary>
    public SemanticVersion? Newest(IEnumerable<SemanticVersion> versions, bool includePrerelease = false) => throw new NotImplementedException();

    /// <summary>The text as it was written.</summary>
    public override string ToString() => throw new NotImplementedException();
}
