using System.Text;
using Berth.Packaging.Manifest;

namespace Berth.Packaging.Scanning.Names;

/// <summary>Whether a plugin's names could be taken for another's.</summary>
internal static class NameScanner
{
    /// <summary>Version of the rules.</summary>
    public const int RuleSet = 1;

    /// <summary>The verdict on a manifest's names.</summary>
    public static ScannerVerdict Judge(PluginManifest manifest, ScanRules rules)
    {
        var findings = new FindingList(rules.Limits.MaxFindingsPerCode);
        if (rules.ReservedNames.Contains(manifest.Name, StringComparer.OrdinalIgnoreCase))
            findings.Add(NameCodes.Reserved.OfPackage($"'{manifest.Name}' is a word of Berth's own."));
        DisplayName(manifest.DisplayName, findings);
        foreach (var popular in rules.Popular.Where(popular => !string.Equals(popular.Slug, manifest.Name, StringComparison.OrdinalIgnoreCase)))
            Compare(manifest, popular, findings);
        return new ScannerVerdict(Scanners.Names, RuleSet, findings.IsEmpty ? new ScanOutcome.Clean() : new ScanOutcome.Findings(findings.ToList()));
    }

    private static void DisplayName(string name, FindingList findings)
    {
        if (name.EnumerateRunes().Any(Confusables.IsInvisible))
            findings.Add(NameCodes.Invisible.OfPackage("The display name has characters that nobody sees."));
        if (name.Split(' ', '-', '.', '_').Any(word => Confusables.IsMixed(word)))
            findings.Add(NameCodes.MixedScripts.OfPackage("A word of the display name mixes letters of two scripts."));
    }

    private static void Compare(PluginManifest manifest, PopularPlugin popular, FindingList findings)
    {
        string slug = Plain(Confusables.Skeleton(manifest.Name)), other = Plain(Confusables.Skeleton(popular.Slug)), shown = Plain(Confusables.Skeleton(manifest.DisplayName));
        var most = other.Length >= 9 ? 2 : other.Length >= 5 ? 1 : 0;
        if (slug == other)
            findings.Add(NameCodes.Confusable.OfPackage($"The name looks like that of the plugin '{popular.Slug}'."));
        else if (most > 0 && EditDistance.Of(slug, other, most) <= most)
            findings.Add(NameCodes.Similar.OfPackage($"The name is almost that of the plugin '{popular.Slug}'."));
        if (shown.Length > 2 && (shown == other || shown == Plain(Confusables.Skeleton(popular.DisplayName))))
            findings.Add(NameCodes.Imitates.OfPackage($"The display name looks like that of the plugin '{popular.Slug}'."));
    }

    private static string Plain(string skeleton)
    {
        var text = new StringBuilder(skeleton.Length);
        foreach (var character in skeleton.Where(char.IsLetterOrDigit))
            text.Append(character);
        return text.ToString();
    }
}
