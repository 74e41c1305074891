namespace Berth.Packaging.Scanning.Scripts;

/// <summary>The goal symbol a script is parsed for (ECMA-262).</summary>
internal enum ScriptGoal
{
    /// <summary>Not known: both where they could differ.</summary>
    Any,

    /// <summary>A module.</summary>
    Module,

    /// <summary>A classic script, or a CommonJS module.</summary>
    Script,
}

/// <summary>Code, and where it stands.</summary>
/// <param name="File">The file.</param>
/// <param name="Code">The text.</param>
/// <param name="Goal">What it is parsed for.</param>
/// <param name="Line">1-based line of its first character in the file.</param>
/// <param name="Column">1-based column of its first character.</param>
/// <param name="Depth">How many texts in code it lies in.</param>
internal sealed record ScriptSource(string File, string Code, ScriptGoal Goal, int Line = 1, int Column = 1, int Depth = 0)
{
    /// <summary>Whether the code is a text of other code, whose lines are not those of the file.</summary>
    public bool IsWithinText { get; init; }

    /// <summary>The place in the file of a place in the code.</summary>
    /// <param name="line">1-based.</param>
    /// <param name="column">0-based, as parsers count.</param>
    public FilePosition At(int line, int column) =>
        IsWithinText ? new(File, Line, Column) : new(File, Line + line - 1, line == 1 ? Column + column : column + 1);
}
