using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>What version is wished for: one exactly, a range, or the newest.</summary>
internal sealed record Wish(SemanticVersion? Exact, VersionRange? Range, SemanticVersion? NewerThan)
{
    /// <summary>The channel whose version is wished for, by its name.</summary>
    public string? Channel { get; init; }

    /// <summary>Whether nothing in particular is wished for.</summary>
    public bool IsOpen => Exact is null && Range is null;

    public static bool TryRead(string? text, SemanticVersion? newerThan, out Wish wish, bool takesChannel = false)
    {
        wish = new Wish(null, null, newerThan);
        if (string.IsNullOrWhiteSpace(text))
            return true;
        text = WithoutLetter(text);
        if (SemanticVersion.TryParse(text, out var exact))
            wish = wish with { Exact = exact };
        else if (VersionRange.TryParse(text, out var range))
            wish = wish with { Range = range };
        else if (takesChannel && SetPolicyOperation.IsChannelName(text))
            wish = wish with { Channel = text };
        else
            return false;
        return true;
    }

    /// <summary>People write v1.2.0; the number is what counts, and a version never carries the letter.</summary>
    public static string WithoutLetter(string text)
    {
        text = text.Trim();
        return text.Length > 1 && text[0] is 'v' or 'V' && char.IsAsciiDigit(text[1]) ? text[1..] : text;
    }

    /// <summary>Whether a version is meant. A prerelease is when it is named, or when the channel sees it.</summary>
    public bool Fits(SemanticVersion version, bool seesPrerelease = false)
    {
        if (Exact is not null)
            return version.CompareTo(Exact) == 0 && (Exact.BuildMetadata.Length == 0 || version.Equals(Exact));
        if (Range is not null)
            return Range.Contains(version, seesPrerelease);
        return (!version.IsPrerelease || seesPrerelease) && (NewerThan is null || version.CompareTo(NewerThan) > 0);
    }

    public override string ToString() => Exact?.ToString() ?? Range?.ToString() ?? (Channel is null ? "the newest stable version" : $"the channel {Channel}");
}
