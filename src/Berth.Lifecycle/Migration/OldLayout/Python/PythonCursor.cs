namespace Berth.Lifecycle.Migration.OldLayout.Python;

/// <summary>A place in a Python text, and how to step over what is not read: spaces, comments, strings, expressions.</summary>
internal sealed class PythonCursor(string text)
{
    private const string Quotes = "'\"";

    public string Text { get; } = text;

    public int Position { get; set; }

    public bool IsAtEnd => Position >= Text.Length;

    /// <summary>The character here; NUL at the end.</summary>
    public char Current => Position < Text.Length ? Text[Position] : '\0';

    public int Line => Text.AsSpan(0, Math.Min(Position, Text.Length)).Count('\n') + 1;

    public bool TryTake(char expected)
    {
        if (Current != expected || IsAtEnd)
            return false;
        Position++;
        return true;
    }

    /// <summary>Steps over spaces, comments and continued lines; over ends of lines only inside brackets, where they mean nothing.</summary>
    public void SkipSpace(bool isInBrackets)
    {
        while (!IsAtEnd)
        {
            if (Current is ' ' or '\t' or '\f' || (isInBrackets && Current == '\n'))
                Position++;
            else if (Current == '\\' && Position + 1 < Text.Length && Text[Position + 1] == '\n')
                Position += 2;
            else if (Current == '#')
                SkipLine();
            else
                return;
        }
    }

    /// <summary>The name here, without moving; empty when there is none.</summary>
    public ReadOnlySpan<char> PeekName()
    {
        var end = Position;
        if (end < Text.Length && char.IsAsciiDigit(Text[end]))
            return [];
        while (end < Text.Length && IsNamePart(Text[end]))
            end++;
        return Text.AsSpan(Position, end - Position);
    }

    /// <summary>Whether a string literal starts here, with its prefix or without.</summary>
    public bool IsAtString()
    {
        if (Quotes.Contains(Current, StringComparison.Ordinal) && !IsAtEnd)
            return true;
        var prefix = PeekName();
        return prefix.Length is 1 or 2 && IsPrefix(prefix)
            && Position + prefix.Length < Text.Length && Quotes.Contains(Text[Position + prefix.Length], StringComparison.Ordinal);
    }

    /// <summary>Steps over a whole string literal and gives its parts.</summary>
    /// <exception cref="PythonSyntaxException">It does not end.</exception>
    public PythonStringToken TakeString()
    {
        var start = Position;
        var prefix = PeekName().ToString().ToLowerInvariant();
        Position += prefix.Length;
        var quote = Current;
        var isTriple = string.CompareOrdinal(Text, Position, new string(quote, 3), 0, 3) == 0;
        Position += isTriple ? 3 : 1;
        var body = Position;
        while (!IsAtEnd)
        {
            if (Current == '\\')
            {
                Position += 2;
            }
            else if (Current == quote && (!isTriple || string.CompareOrdinal(Text, Position, new string(quote, 3), 0, 3) == 0))
            {
                var token = new PythonStringToken(prefix, Text[body..Position]);
                Position += isTriple ? 3 : 1;
                return token;
            }
            else if (Current == '\n' && !isTriple)
            {
                break;
            }
            else
            {
                Position++;
            }
        }

        throw new PythonSyntaxException("A string does not end.", start);
    }

    /// <summary>Steps over an expression up to one of the characters that end it, at its own level.</summary>
    /// <exception cref="PythonSyntaxException">The brackets do not fit, or the text ends.</exception>
    public void SkipExpression(string ends)
    {
        var open = 0;
        while (!IsAtEnd)
        {
            if (open == 0 && ends.Contains(Current, StringComparison.Ordinal))
                return;
            if (IsAtString())
                TakeString();
            else if (Current == '#')
                SkipLine();
            else if (PeekName() is { Length: > 0 } name)
                Position += name.Length;
            else if ("([{".Contains(Current, StringComparison.Ordinal))
                (open, Position) = (open + 1, Position + 1);
            else if (")]}".Contains(Current, StringComparison.Ordinal) && --open < 0)
                throw new PythonSyntaxException("The brackets do not fit.", Position);
            else
                Position++;
        }

        throw new PythonSyntaxException("The text ends in the middle of a value.", Position);
    }

    public void SkipLine()
    {
        var end = Text.IndexOf('\n', Position);
        Position = end < 0 ? Text.Length : end;
    }

    private static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c == '_';

    private static bool IsPrefix(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
        {
            if (!"rRbBuUfFtT".Contains(c, StringComparison.Ordinal))
                return false;
        }

        return true;
    }
}

/// <summary>A string literal: its prefix in lower case, and what stands between the quotes.</summary>
internal sealed record PythonStringToken(string Prefix, string Body);
