using System.Text.RegularExpressions;

namespace Berth.Packaging.Scanning.Scripts;

/// <summary>Looks for what matters in a script that no parser reads: browsers may still run parts of it, or another engine all of it.</summary>
internal static partial class ScriptFallback
{
    /// <summary>Looks at the text.</summary>
    public static void Look(ScriptSource source, ScriptTraits traits, ScanTask task)
    {
        var texts = new ScriptTexts(traits, task);
        var (line, start, scanned) = (1, 0, 0);
        foreach (var match in Indicators().EnumerateMatches(source.Code))
        {
            task.Step();
            var between = source.Code.AsSpan(scanned, match.Index - scanned);
            if (between.LastIndexOf('\n') is >= 0 and var last)
                (line, start) = (line + between.Count('\n'), scanned + last + 1);
            scanned = match.Index;
            var what = source.Code.AsSpan(match.Index, match.Length);
            task.Add(ScriptCodes.Indicator.At(source.At(line, match.Index - start), $"A script that does not parse has '{ScriptTraits.Printable(what)}'.", Severity.High));
        }

        texts.Look(source.Code, source.At(1, 0));
    }

    [GeneratedRegex(@"\beval\b|\bFunction\s*\(|\brequire\s*\(|\bimport\s*\(|\bimportScripts\b|\bdocument\.(write|cookie)\b|\bchild_process\b|\batob\s*\(|\bfromCharCode\b|\bWebAssembly\b|\bserviceWorker\b|\bsendBeacon\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Indicators();
}
