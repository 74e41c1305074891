namespace Berth.Packaging.Scanning.Scripts;

/// <summary>Signs that code was made unreadable on purpose. Minified code shows none of them.</summary>
internal static class Obfuscation
{
    private const int MinNames = 20;
    private const int MinEscapes = 200;

    /// <summary>Looks at the text itself.</summary>
    public static void Look(ScriptSource source, ScanTask task)
    {
        var code = source.Code.AsSpan();
        int names = 0, escapes = 0, symbols = 0, first = -1;
        for (var i = 0; i < code.Length; i++)
        {
            task.Step();
            var character = code[i];
            if (character is '[' or ']' or '(' or ')' or '!' or '+')
            {
                symbols++;
            }
            else if (character == '_' && code[i..].StartsWith("_0x") && i + 6 < code.Length && char.IsAsciiHexDigit(code[i + 3]) && char.IsAsciiHexDigit(code[i + 5]) && (i == 0 || !char.IsAsciiLetterOrDigit(code[i - 1])))
            {
                names++;
                first = first < 0 ? i : first;
            }
            else if (character == '\\' && IsNeedlessEscape(code[i..]))
            {
                escapes++;
                first = first < 0 ? i : first;
                i++;
            }
        }

        var at = Place(source, code, Math.Max(first, 0));
        if (names >= MinNames)
            task.Add(ScriptCodes.Obfuscated.At(at, $"{names} names like _0x1a2b: the mark of an obfuscator."));
        if (escapes >= MinEscapes && escapes * 4L * 10 > code.Length)
            task.Add(ScriptCodes.Obfuscated.At(at, $"{escapes} letters are written as escapes."));
        if (code.Length > 1000 && symbols > code.Length * 0.8)
            task.Add(ScriptCodes.Obfuscated.At(at, "The code is written with almost nothing but []()!+."));
    }

    // \x61 and \u0061 for a plain letter.
    private static bool IsNeedlessEscape(ReadOnlySpan<char> text) =>
        (text.Length > 3 && text[1] == 'x' && text[2] is >= '2' and <= '7' && char.IsAsciiHexDigit(text[3])) || (text.Length > 5 && text[1] == 'u' && text[2] == '0' && text[3] == '0' && text[4] is >= '2' and <= '7' && char.IsAsciiHexDigit(text[5]));

    private static FilePosition Place(ScriptSource source, ReadOnlySpan<char> code, int index)
    {
        var before = code[..index];
        return source.At(1 + before.Count('\n'), index - 1 - before.LastIndexOf('\n'));
    }
}
