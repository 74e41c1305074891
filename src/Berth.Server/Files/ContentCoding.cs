using Berth.Lifecycle.Store;
using Microsoft.Net.Http.Headers;

namespace Berth.Server.Files;

/// <summary>Chooses a coding by the request's quality values (RFC 9110, section 12.5.3); Brotli wins a draw.</summary>
internal static class ContentCoding
{
    public static (FileRepresentation File, string? Coding) Choose(ServedFile file, string acceptEncoding)
    {
        if (acceptEncoding.Length == 0 || (file.Brotli is null && file.Gzip is null))
            return (file.Identity, null);
        // What browsers send.
        if (file.Brotli is not null && acceptEncoding is "gzip, deflate, br, zstd" or "gzip, deflate, br")
            return (file.Brotli!, "br");
        if (!StringWithQualityHeaderValue.TryParseList([acceptEncoding], out var accepted))
            return (file.Identity, null);

        var brotli = file.Brotli is null ? 0 : Quality(accepted, "br");
        var gzip = file.Gzip is null ? 0 : Quality(accepted, "gzip");
        var identity = Quality(accepted, "identity", preset: 0.0001);
        if (brotli > 0 && brotli >= gzip && brotli >= identity)
            return (file.Brotli!, "br");
        return gzip > 0 && gzip >= identity ? (file.Gzip!, "gzip") : (file.Identity, null);
    }

    private static double Quality(IList<StringWithQualityHeaderValue> accepted, string coding, double preset = 0)
    {
        double? any = null;
        foreach (var value in accepted)
        {
            if (value.Value.Equals(coding, StringComparison.OrdinalIgnoreCase))
                return value.Quality ?? 1;
            if (value.Value == "*")
                any = value.Quality ?? 1;
        }

        return any ?? preset;
    }
}
