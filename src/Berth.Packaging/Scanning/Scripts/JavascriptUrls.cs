using System.Text;

namespace Berth.Packaging.Scanning.Scripts;

/// <summary>Addresses that are code.</summary>
internal static class JavascriptUrls
{
    /// <summary>The code of a <c>javascript:</c> address as browsers read it (white space and controls in the scheme are skipped), or <see langword="null"/>.</summary>
    public static string? CodeOf(string address)
    {
        const string Scheme = "javascript:";
        var matched = 0;
        for (var i = 0; i < address.Length && i < 256; i++)
        {
            var character = address[i];
            // URL standard: leading controls and spaces go, tabs and newlines go everywhere.
            if (character is '\t' or '\n' or '\r' || (matched == 0 && character <= ' '))
                continue;
            if (char.ToLowerInvariant(character) != Scheme[matched])
                return null;
            if (++matched == Scheme.Length)
                return Uri.UnescapeDataString(address[(i + 1)..]);
        }

        return null;
    }

    /// <summary>The HTML or SVG of a <c>data:</c> address, or <see langword="null"/> when it is something else.</summary>
    public static string? DocumentOf(string address)
    {
        var text = address.TrimStart();
        if (!text.StartsWith("data:", StringComparison.OrdinalIgnoreCase) || text.IndexOf(',', StringComparison.Ordinal) is var comma && comma < 0)
            return null;
        var type = text[5..comma];
        if (!type.Contains("html", StringComparison.OrdinalIgnoreCase) && !type.Contains("xml", StringComparison.OrdinalIgnoreCase))
            return null;
        var data = Uri.UnescapeDataString(text[(comma + 1)..]);
        if (!type.EndsWith(";base64", StringComparison.OrdinalIgnoreCase))
            return data;
        var bytes = new byte[data.Length];
        return Convert.TryFromBase64String(data, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : data;
    }
}
