using System.Text.RegularExpressions;
using Acornima;

namespace Berth.Registry.Optimization.Scripts;

/// <summary>Comments that speak to debuggers only: where a source map is, what a piece of code is called, webpack's banners.</summary>
internal static partial class BuildComments
{
    /// <summary>The text without comments that name a source map or a source.</summary>
    public static string? WithoutMaps(ParsedScript script) => Without(script, comment => MapComment().IsMatch(comment));

    /// <summary>The text without the banners that webpack's development builds put before each module.</summary>
    public static string? WithoutBanners(ParsedScript script) => Without(script, comment => Banner().IsMatch(comment));

    /// <summary>A style sheet without the comment at its end that names its map; <see langword="null"/> when there is none.</summary>
    public static string? WithoutMap(string styles)
    {
        var trimmed = styles.AsSpan().TrimEnd();
        if (!trimmed.EndsWith("*/", StringComparison.Ordinal))
            return null;
        var start = trimmed.LastIndexOf("/*", StringComparison.Ordinal);
        // Nothing else between: the comment is the last thing, and no string can hold both of its ends.
        if (start < 0 || trimmed[start..^2].Contains("*/", StringComparison.Ordinal) || !MapComment().IsMatch(trimmed[(start + 2)..^2]))
            return null;
        return trimmed[..start].TrimEnd().ToString() + "\n";
    }

    private static string? Without(ParsedScript script, Func<string, bool> isOut)
    {
        var edits = new TextEdits(script.Text);
        foreach (var comment in script.Comments.Where(comment => comment.Kind is CommentKind.Line or CommentKind.Block))
        {
            var content = script.Text[comment.ContentRange.Start..comment.ContentRange.End];
            // Where a block stood, a space or a line break may have been what kept two words or statements apart.
            if (isOut(content))
                edits.Replace(comment.Start, comment.End, comment.Kind == CommentKind.Line ? "" : content.Contains('\n', StringComparison.Ordinal) ? "\n" : " ");
        }

        return edits.IsEmpty ? null : edits.Apply();
    }

    [GeneratedRegex(@"^\s*[#@]\s*source(Mapping)?URL=", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex MapComment();

    [GeneratedRegex(@"^!\*+!\*\\\n\s*!\*\*\* [^\n]* \*\*\*!\n\s*\\\*+$|^\n \* ATTENTION: The ""eval", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Banner();
}
