using Berth.Lifecycle.Store;
using Berth.Server.Problems;

namespace Berth.Server.Files;

/// <summary>Answers with one served file of a plugin: which coding, how it may be cached, and what keeps it harmless.</summary>
public sealed class FileResponse(ByteResponse bytes)
{
    private const string ImmutableCaching = "private, max-age=31536000, immutable";
    private const string RevalidatedCaching = "private, no-cache";
    private const string InertDocument = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

    /// <summary>Writes the answer.</summary>
    /// <param name="byCapability">Whether the URL itself grants the right and names the version, so that it may be cached for good.</param>
    public async Task WriteAsync(HttpContext context, ServedFile file, bool byCapability)
    {
        var request = context.Request;
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        if (byCapability)
        {
            headers.CacheControl = ImmutableCaching;
            headers.AccessControlAllowOrigin = "*";
            headers.Vary = "Accept-Encoding";
        }
        else
        {
            headers.CacheControl = RevalidatedCaching;
            headers.Vary = "Accept-Encoding, Cookie, Authorization";
        }

        if (IsActiveDocument(file.MediaType))
            headers.ContentSecurityPolicy = InertDocument;
        var (chosen, coding) = request.Headers.Range.Count == 0 ? ContentCoding.Choose(file, request.Headers.AcceptEncoding.ToString()) : (file.Identity, null);
        try
        {
            await bytes.WriteAsync(context, chosen, file.MediaType, coding);
        }
        catch (IOException) when (!context.Response.HasStarted)
        {
            throw new ApiProblemException(StatusCodes.Status503ServiceUnavailable, "plugin.files_missing",
                "The file is not in the store as it should be. Ask an administrator to repair this plugin version.");
        }
    }

    private static bool IsActiveDocument(string mediaType) =>
        mediaType.StartsWith("text/html", StringComparison.Ordinal)
        || mediaType.Contains("svg", StringComparison.Ordinal)
        || mediaType.Contains("xml", StringComparison.Ordinal);
}
