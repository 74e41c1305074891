using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Berth.Lifecycle.Migration.OldLayout.Python;

/// <summary>What a number literal stands for.</summary>
internal static partial class PythonNumbers
{
    private const int MaxLength = 400;

    /// <summary>Steps over the number here and gives it; <see langword="null"/> when it is none that JSON can hold (infinite, imaginary).</summary>
    public static JsonNode? Take(PythonCursor cursor, bool isNegative)
    {
        var start = cursor.Position;
        while (char.IsAsciiLetterOrDigit(cursor.Current) || cursor.Current is '_' or '.' || IsExponentSign(cursor, start))
            cursor.Position++;
        if (cursor.Position - start is 0 or > MaxLength)
            return null;
        var text = cursor.Text[start..cursor.Position];
        var plain = text.Replace("_", "", StringComparison.Ordinal);
        if (Decimal().IsMatch(text))
            return Whole(BigInteger.Parse(plain, NumberStyles.None, CultureInfo.InvariantCulture), isNegative);
        if (Based().IsMatch(text))
            return Whole(FromBase(plain), isNegative);
        if (!Float().IsMatch(text) || !double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            return null;
        return JsonValue.Create(isNegative ? -number : number);
    }

    private static bool IsExponentSign(PythonCursor cursor, int start) =>
        cursor.Current is '+' or '-' && cursor.Position > start && cursor.Text[cursor.Position - 1] is 'e' or 'E'
        && cursor.Text.AsSpan(start, Math.Min(2, cursor.Position - start)) is not ("0x" or "0X");

    private static JsonNode? Whole(BigInteger number, bool isNegative) =>
        JsonNode.Parse((isNegative ? -number : number).ToString(CultureInfo.InvariantCulture));

    private static BigInteger FromBase(string text)
    {
        var digit = text[1] switch { 'x' or 'X' => 16, 'o' or 'O' => 8, _ => 2 };
        return text[2..].Aggregate(BigInteger.Zero, (number, c) => (number * digit) + Convert.ToInt32(c.ToString(), 16));
    }

    [GeneratedRegex("^(0(_?0)*|[1-9](_?[0-9])*)$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Decimal();

    [GeneratedRegex("^0([xX](_?[0-9a-fA-F])+|[oO](_?[0-7])+|[bB](_?[01])+)$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Based();

    [GeneratedRegex(@"^(([0-9](_?[0-9])*\.([0-9](_?[0-9])*)?|\.[0-9](_?[0-9])*)([eE][+-]?[0-9](_?[0-9])*)?|[0-9](_?[0-9])*[eE][+-]?[0-9](_?[0-9])*)$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Float();
}
