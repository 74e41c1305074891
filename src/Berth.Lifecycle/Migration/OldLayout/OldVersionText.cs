using System.Text.RegularExpressions;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>Reads what the old system called a version: it never checked any.</summary>
internal static partial class OldVersionText
{
    /// <summary>
    /// The version in SemVer's form, or <see langword="null"/> when the text names none: <c>v</c> prefixes go, missing
    /// numbers are 0, leading zeros go, and a fourth number becomes build metadata (1.2.3.4 → 1.2.3+4), so that two such
    /// versions stay two.
    /// </summary>
    public static string? Normalize(string? text)
    {
        if (text is null || text.Length > SemanticVersion.MaxLength || Form().Match(text.Trim()) is not { Success: true } match)
            return null;
        var numbers = match.Groups["number"].Captures.Select(capture => Plain(capture.Value)).ToList();
        while (numbers.Count < 3)
            numbers.Add("0");
        var build = string.Join('.', new[] { numbers.Count == 4 ? numbers[3] : "", match.Groups["build"].Value }.Where(part => part.Length > 0));
        var version = $"{string.Join('.', numbers.Take(3))}{match.Groups["pre"].Value}{(build.Length > 0 ? "+" : "")}{build}";
        return SemanticVersion.TryParse(version, out var parsed) ? parsed.ToString() : null;
    }

    private static string Plain(string digits) => digits.TrimStart('0') is { Length: > 0 } plain ? plain : "0";

    [GeneratedRegex(@"^[vV]*\.?(?<number>[0-9]+)(\.(?<number>[0-9]+)){0,3}(?<pre>-[0-9A-Za-z.-]+)?(\+(?<build>[0-9A-Za-z.-]+))?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
