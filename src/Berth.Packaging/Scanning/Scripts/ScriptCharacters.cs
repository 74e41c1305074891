using System.Text;
using Berth.Packaging.Scanning.Names;

namespace Berth.Packaging.Scanning.Scripts;

/// <summary>Characters that make code look other than it is: bidirectional controls, invisible ones, letters of two scripts in one name.</summary>
internal static class ScriptCharacters
{
    private const int LongRun = 8;

    /// <summary>Looks at every character of the text.</summary>
    public static void Look(ScriptSource source, ScanTask task)
    {
        var code = source.Code;
        if (Ascii.IsValid(code))
            return;
        int line = 1, start = 0, run = 0, word = -1;
        for (var i = 0; i <= code.Length; i++)
        {
            task.Step();
            var character = i < code.Length ? code[i] : '\n';
            if (char.IsLetterOrDigit(character) || character is '_' or '$')
            {
                word = word < 0 ? i : word;
            }
            else if (word >= 0)
            {
                Word(source, code.AsSpan(word, i - word), line, word - start, task);
                word = -1;
            }

            run = IsInvisible(character) ? run + 1 : 0;
            if (character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'))
                task.Add(ScriptCodes.BidiCharacters.At(source.At(line, i - start), $"U+{(int)character:X4} changes the direction of the text: what is read is not what is run."));
            else if (character is '\u3164' or '\u115F' or '\u1160' or '\uFFA0')
                task.Add(ScriptCodes.InvisibleCharacters.At(source.At(line, i - start), $"U+{(int)character:X4} is a letter that nobody sees and names may contain.", Severity.High));
            else if (run == LongRun)
                task.Add(ScriptCodes.InvisibleCharacters.At(source.At(line, i - start - LongRun + 1), "A run of characters that nobody sees: text can be hidden in it.", Severity.High));
            else if (character is '\u200B' or '\u2060' or '\u180E' || (character == '\uFEFF' && i > 0))
                task.Add(ScriptCodes.InvisibleCharacters.At(source.At(line, i - start), $"U+{(int)character:X4} is invisible."));
            if (character == '\n')
                (line, start) = (line + 1, i + 1);
        }
    }

    private static void Word(ScriptSource source, ReadOnlySpan<char> word, int line, int column, ScanTask task)
    {
        if (!Ascii.IsValid(word) && word.Length <= 200 && Confusables.IsMixed(word))
            task.Add(ScriptCodes.HomoglyphIdentifier.At(source.At(line, column), $"A name mixes letters of two scripts; it looks like '{Confusables.Skeleton(word.ToString())}' and is not."));
    }

    // Zero width, variation selectors, tags (their surrogates), soft hyphen.
    private static bool IsInvisible(char character) =>
        character is '\u00AD' or (>= '\u200B' and <= '\u200F') or (>= '\u2060' and <= '\u2064') or (>= '\uFE00' and <= '\uFE0F') or '\uFEFF' or '\uDB40' or (>= '\uDC00' and <= '\uDDEF');
}
