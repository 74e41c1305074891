using Berth.Lifecycle.Store;
using Berth.Server.Problems;
using Microsoft.Net.Http.Headers;

namespace Berth.Server.Files;

/// <summary>Answers with one served file of a plugin: which coding, how it may be cached, and what keeps it harmless.</summary>
public sealed class FileResponse(ByteResponse bytes)
{
    private const string ImmutableCaching = "private, max-age=31536000, immutable";
    private const string RevalidatedCaching = "private, no-cache";
    private const string InertDocument = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

    /// <summary>Writes the answer.</summary>
    /// <param name="file">What to send.</param>
    /// <param name="way">How the request came to it.</param>
    /// <param name="others">Where a file of the same path is that is sent when it cannot be read; <see langword="null"/> when there is nothing else.</param>
    public async Task WriteAsync(HttpContext context, ServedFile file, FileWay way, FileTable? others)
    {
        SetHeaders(context, file, way);
        try
        {
            await ChooseAndWriteAsync(context, file);
        }
        catch (IOException) when (!context.Response.HasStarted && others?.Find(file.Path) is not null)
        {
            // A part was chosen of the other file; this one's size and tag decide anew.
            context.Response.StatusCode = StatusCodes.Status200OK;
            context.Response.Headers.Remove(HeaderNames.ContentEncoding);
            context.Response.Headers.Remove(HeaderNames.ContentRange);
            await WriteAsync(context, others.Find(file.Path)!, way is FileWay.Token ? way : FileWay.CapabilityOfOthers, others: null);
        }
        catch (IOException) when (!context.Response.HasStarted)
        {
            throw new ApiProblemException(StatusCodes.Status503ServiceUnavailable, "plugin.files_missing",
                "The file is not in the store as it should be. Ask an administrator to repair this plugin version.");
        }
    }

    private static void SetHeaders(HttpContext context, ServedFile file, FileWay way)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        Apis.SecurityHeaders.SetTransport(context);
        headers.CacheControl = way is FileWay.Capability ? ImmutableCaching : RevalidatedCaching;
        if (way is FileWay.Token)
        {
            headers.Vary = "Accept-Encoding, Cookie, Authorization";
        }
        else
        {
            headers.AccessControlAllowOrigin = "*";
            headers.Vary = "Accept-Encoding";
        }

        if (IsActiveDocument(file.MediaType))
            headers.ContentSecurityPolicy = InertDocument;
    }

    /// <summary>A form that is not there any more, because a better one took its place in this moment, costs bytes and never the answer.</summary>
    private async Task ChooseAndWriteAsync(HttpContext context, ServedFile file)
    {
        var request = context.Request;
        var (chosen, coding) = request.Headers.Range.Count == 0 ? ContentCoding.Choose(file, request.Headers.AcceptEncoding.ToString()) : (file.Identity, null);
        try
        {
            await bytes.WriteAsync(context, chosen, file.MediaType, coding);
        }
        catch (IOException) when (coding is not null && !context.Response.HasStarted)
        {
            context.Response.Headers.Remove(HeaderNames.ContentEncoding);
            await bytes.WriteAsync(context, file.Identity, file.MediaType);
        }
    }

    private static bool IsActiveDocument(string mediaType) =>
        mediaType.StartsWith("text/html", StringComparison.Ordinal)
        || mediaType.Contains("svg", StringComparison.Ordinal)
        || mediaType.Contains("xml", StringComparison.Ordinal);
}
