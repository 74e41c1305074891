using System.Diagnostics.CodeAnalysis;

namespace Berth.Packaging.Versioning;

/// <summary>Turns the text of a range into alternatives of bounds (any of, all of).</summary>
internal static class VersionRangeGrammar
{
    private static readonly string[] Operators = [">=", "<=", ">", "<", "=", "^", "~"];

    // Below everything: no version is older than the first prerelease of zero.
    private static readonly VersionBound Nothing = new(VersionBoundKind.Below, new SemanticVersion(0, 0, 0, "0"), IsWritten: false);

    public static bool TryRead(string text, [NotNullWhen(true)] out VersionBound[][]? alternatives)
    {
        var read = new List<VersionBound[]>();
        foreach (var part in text.Split("||"))
        {
            var bounds = new List<VersionBound>();
            if (!TryReadAlternative(part.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries), bounds))
            {
                alternatives = null;
                return false;
            }

            read.Add([.. bounds]);
        }

        alternatives = [.. read];
        return true;
    }

    private static bool TryReadAlternative(string[] words, List<VersionBound> bounds)
    {
        if (words is [var from, "-", var to])
        {
            return TryReadHyphen(from, to, bounds);
        }

        for (var i = 0; i < words.Length; i++)
        {
            var sign = Array.Find(Operators, candidate => words[i].StartsWith(candidate, StringComparison.Ordinal)) ?? "";
            var rest = words[i][sign.Length..];
            // "> 1.2.3" is one comparison in two words.
            if (rest.Length == 0 && ++i < words.Length)
            {
                rest = words[i];
            }

            if (!PartialVersion.TryParse(rest, out var partial))
            {
                return false;
            }

            bounds.AddRange(Expand(sign, partial));
        }

        return true;
    }

    private static bool TryReadHyphen(string from, string to, List<VersionBound> bounds)
    {
        if (!PartialVersion.TryParse(from, out var low) || !PartialVersion.TryParse(to, out var high))
        {
            return false;
        }

        bounds.AddRange(Expand(">=", low));
        bounds.AddRange(Expand("<=", high));
        return true;
    }

    private static IEnumerable<VersionBound> Expand(string sign, PartialVersion partial) =>
        (sign, partial.Precision) switch
        {
            (">" or "<", 0) => [Nothing],
            (_, 0) => [],
            (">=", _) => [From(partial)],
            (">", 3) => [new(VersionBoundKind.Above, partial.Floor(), IsWritten: true)],
            (">", _) => [new(VersionBoundKind.AtLeast, partial.Above(partial.Precision - 1), IsWritten: false)],
            ("<=", 3) => [new(VersionBoundKind.AtMost, partial.Floor(), IsWritten: true)],
            ("<=", _) => [Until(partial, partial.Precision - 1)],
            ("<", 3) => [new(VersionBoundKind.Below, partial.Floor(), IsWritten: true)],
            ("<", _) => [new(VersionBoundKind.Below, LowestOf(partial), IsWritten: false)],
            ("~", _) => [From(partial), Until(partial, Math.Min(partial.Precision - 1, 1))],
            ("^", _) => [From(partial), Until(partial, LeftmostNonZero(partial))],
            (_, 3) => [new(VersionBoundKind.Exactly, partial.Floor(), IsWritten: true)],
            _ => [From(partial), Until(partial, partial.Precision - 1)],
        };

    private static VersionBound From(PartialVersion partial) =>
        partial.Precision == 3
            ? new(VersionBoundKind.AtLeast, partial.Floor(), IsWritten: true)
            : new(VersionBoundKind.AtLeast, LowestOf(partial), IsWritten: false);

    private static VersionBound Until(PartialVersion partial, int index) => new(VersionBoundKind.Below, partial.Above(index), IsWritten: false);

    // What an unwritten number stands for begins with its first prerelease; the prerelease rule keeps those out unless asked for.
    private static SemanticVersion LowestOf(PartialVersion partial) => new(partial.Number(0), partial.Number(1), partial.Number(2), "0");

    // ^ lets everything change right of the leftmost number that is not zero.
    private static int LeftmostNonZero(PartialVersion partial)
    {
        var index = Array.FindIndex(partial.Numbers, number => !number.IsZero);
        return index < 0 ? partial.Precision - 1 : index;
    }
}
