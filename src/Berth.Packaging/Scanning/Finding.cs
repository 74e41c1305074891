namespace Berth.Packaging.Scanning;

/// <summary>How bad a <see cref="Finding"/> is.</summary>
public enum Severity
{
    /// <summary>Worth knowing; never holds a version back.</summary>
    Info,

    /// <summary>Could be misused.</summary>
    Low,

    /// <summary>Somebody should look at it.</summary>
    Medium,

    /// <summary>A version with it is held for review.</summary>
    High,

    /// <summary>A version with it is held, and approving it needs a reason that says why.</summary>
    Critical,
}

/// <summary>One thing that a scanner found in a package.</summary>
/// <param name="Code">Dotted, stable, for rules and suppressions: <c>scan.il.undeclared_capability</c>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="File">The package's file, or the file in a nested archive as <c>outer.zip!inner.js</c>; <see langword="null"/> for the package itself.</param>
/// <param name="Line">1-based line in the file, where the scanner knows one.</param>
/// <param name="Column">1-based column (UTF-16 units) in the line.</param>
/// <param name="Explanation">What was found and what it could do, for the author and the reviewer. Never holds a secret that was found.</param>
/// <param name="Remedy">What the author can do about it.</param>
/// <param name="Capability">The capability that the code needs, where the finding is about one.</param>
public sealed record Finding(
    string Code, Severity Severity, string? File, int? Line, int? Column, string Explanation, string Remedy, string? Capability = null);
