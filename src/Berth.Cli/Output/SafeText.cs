using System.Globalization;
using System.Text;

namespace Berth.Cli.Output;

/// <summary>Text from a package or a server, made harmless for a terminal: no escape sequence, no reversed writing.</summary>
internal static class SafeText
{
    /// <summary>Replaces control and direction-changing characters by U+FFFD; tabs and line ends become spaces.</summary>
    public static string Of(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var safe = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            safe.Append(character switch
            {
                '\t' or '\n' or '\r' => ' ',
                _ when char.IsControl(character) => '\uFFFD',
                _ when CharUnicodeInfo.GetUnicodeCategory(character) == UnicodeCategory.Format => '\uFFFD',
                _ => character,
            });
        }

        return safe.ToString();
    }
}
