using Berth.Lifecycle.Store;
using Microsoft.Net.Http.Headers;

namespace Berth.Server.Files;

/// <summary>
/// Chooses a coding by the request's quality values (RFC 9110, section 12.5.3). Of those that are wanted alike the smaller one is
/// sent; at a draw Brotli goes before zstd (RFC 8878), and zstd before gzip.
/// </summary>
internal static class ContentCoding
{
    public static (FileRepresentation File, string? Coding) Choose(ServedFile file, string acceptEncoding)
    {
        if (acceptEncoding.Length == 0 || (file.Brotli is null && file.Gzip is null && file.Zstd is null))
            return (file.Identity, null);
        // What browsers send.
        if (acceptEncoding == "gzip, deflate, br, zstd" && file.Brotli is { } brotli)
            return file.Zstd is { } zstd && zstd.Size < brotli.Size ? (zstd, "zstd") : (brotli, "br");
        if (acceptEncoding == "gzip, deflate, br" && file.Brotli is not null)
            return (file.Brotli, "br");
        if (!StringWithQualityHeaderValue.TryParseList([acceptEncoding], out var accepted))
            return (file.Identity, null);

        (FileRepresentation File, string? Coding, double Quality) best = (file.Identity, null, Quality(accepted, "identity", preset: 0.0001));
        Offer(file.Brotli, "br");
        Offer(file.Zstd, "zstd");
        Offer(file.Gzip, "gzip");
        return (best.File, best.Coding);

        void Offer(FileRepresentation? form, string coding)
        {
            if (form is null || Quality(accepted, coding) is not (> 0 and var quality) || quality < best.Quality)
                return;
            if (quality > best.Quality || form.Size < best.File.Size)
                best = (form, coding, quality);
        }
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
