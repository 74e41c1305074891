namespace Berth.Packaging.Scanning;

/// <summary>A kind of finding: its code, and what an author can do about it.</summary>
/// <param name="Code">Dotted and stable.</param>
/// <param name="Severity">How bad it is unless the place makes it worse or better.</param>
/// <param name="Remedy">What the author can do.</param>
public sealed record FindingCode(string Code, Severity Severity, string Remedy)
{
    /// <summary>A finding of this kind.</summary>
    internal Finding At(FilePosition at, string explanation, Severity? severity = null, string? capability = null) =>
        new(Code, severity ?? Severity, at.File, at.Line, at.Column, explanation, Remedy, capability);

    /// <summary>A finding about the package itself.</summary>
    internal Finding OfPackage(string explanation, Severity? severity = null) =>
        new(Code, severity ?? Severity, null, null, null, explanation, Remedy);
}

/// <summary>A place in a package.</summary>
/// <param name="File">The path, nested ones with <c>!</c>.</param>
/// <param name="Line">1-based.</param>
/// <param name="Column">1-based, in UTF-16 units.</param>
internal readonly record struct FilePosition(string File, int? Line = null, int? Column = null);
