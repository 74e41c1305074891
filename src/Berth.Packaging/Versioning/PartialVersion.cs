using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace Berth.Packaging.Versioning;

/// <summary>A version as ranges write it: <c>1</c>, <c>1.2</c>, <c>1.x</c>, <c>*</c>, <c>1.2.3-beta+build</c>. The first wildcard ends it.</summary>
/// <param name="Numbers">Up to three numbers.</param>
/// <param name="Prerelease">Only with three numbers.</param>
/// <param name="Build">Only with three numbers.</param>
internal sealed record PartialVersion(BigInteger[] Numbers, string Prerelease, string Build)
{
    /// <summary>How many numbers are given: 0 (any version) to 3 (exactly one).</summary>
    public int Precision => Numbers.Length;

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PartialVersion? partial)
    {
        partial = null;
        if (text is null || text.Length is 0 or > SemanticVersion.MaxLength)
        {
            return false;
        }

        var core = CutAt(text, '+', out var build);
        core = CutAt(core, '-', out var prerelease);
        var parts = core.Split('.');
        var known = Array.FindIndex(parts, part => part is "x" or "X" or "*");
        known = known < 0 ? parts.Length : known;
        if (parts.Length > 3
            || !parts.Take(known).All(IsNumber)
            || !parts.Skip(known).All(part => part is "x" or "X" or "*" || IsNumber(part))
            || ((prerelease ?? build) is not null && known < 3)
            || (prerelease is not null && !prerelease.Split('.').All(IsPrereleaseIdentifier))
            || (build is not null && !build.Split('.').All(IsIdentifier)))
        {
            return false;
        }

        var numbers = parts.Take(known).Select(part => BigInteger.Parse(part, NumberStyles.None, CultureInfo.InvariantCulture)).ToArray();
        partial = new PartialVersion(numbers, prerelease ?? "", build ?? "");
        return true;
    }

    /// <summary>The lowest stable version it stands for; exactly that version when it is complete.</summary>
    public SemanticVersion Floor() => new(Number(0), Number(1), Number(2), Prerelease, Build);

    /// <summary>The first version, prereleases counted, whose number at <paramref name="index"/> is one higher.</summary>
    public SemanticVersion Above(int index) =>
        new(
            index == 0 ? Number(0) + 1 : Number(0),
            index switch { 0 => 0, 1 => Number(1) + 1, _ => Number(1) },
            index == 2 ? Number(2) + 1 : 0,
            "0");

    public BigInteger Number(int index) => index < Numbers.Length ? Numbers[index] : BigInteger.Zero;

    public static bool IsDigits(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('0', '9');

    private static bool IsNumber(string text) => IsDigits(text) && (text.Length == 1 || text[0] != '0');

    private static bool IsIdentifier(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private static bool IsPrereleaseIdentifier(string text) => IsIdentifier(text) && (!IsDigits(text) || IsNumber(text));

    private static string CutAt(string text, char separator, out string? rest)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        rest = at < 0 ? null : text[(at + 1)..];
        return at < 0 ? text : text[..at];
    }
}
