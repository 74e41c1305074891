using System.Globalization;
using Berth.Lifecycle.Store;
using Berth.Server.Problems;
using Microsoft.Net.Http.Headers;

namespace Berth.Server.Files;

/// <summary>Answers with the bytes of one served file: codings, conditions (RFC 9110, section 13) and a single range (section 14).</summary>
public sealed class FileResponse(FileCache cache)
{
    private const string ImmutableCaching = "private, max-age=31536000, immutable";
    private const string RevalidatedCaching = "private, no-cache";
    private const string InertDocument = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

    /// <summary>Writes the answer.</summary>
    /// <param name="byCapability">Whether the URL itself grants the right and names the version, so that it may be cached for good.</param>
    public async Task WriteAsync(HttpContext context, ServedFile file, bool byCapability)
    {
        var request = context.Request;
        var response = context.Response;
        var headers = response.Headers;
        var range = request.Headers.Range.ToString();
        var (chosen, coding) = range.Length == 0 ? ContentCoding.Choose(file, request.Headers.AcceptEncoding.ToString()) : (file.Identity, null);

        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        headers.ETag = chosen.ETag;
        headers.AcceptRanges = "bytes";
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
        if (request.Headers.IfNoneMatch is { Count: > 0 } known && Matches(known.ToString(), chosen.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        headers.ContentType = file.MediaType;
        if (coding is not null)
            headers.ContentEncoding = coding;
        var (from, length) = range.Length == 0 ? (0L, chosen.Size) : Part(request, response, chosen, range);
        if (length < 0)
            return;
        headers.ContentLength = length;
        if (HttpMethods.IsHead(request.Method))
            return;
        await SendAsync(context, chosen, from, length);
    }

    private async Task SendAsync(HttpContext context, FileRepresentation file, long from, long length)
    {
        try
        {
            if (await cache.GetAsync(file, context.RequestAborted) is { } bytes)
                await context.Response.Body.WriteAsync(bytes.AsMemory((int)from, (int)length), context.RequestAborted);
            else
                await context.Response.SendFileAsync(file.FullPath, from, length, context.RequestAborted);
        }
        catch (IOException) when (!context.Response.HasStarted)
        {
            throw new ApiProblemException(StatusCodes.Status503ServiceUnavailable, "plugin.files_missing",
                "The file is not in the store as it should be. Ask an administrator to repair this plugin version.");
        }
    }

    // An unusable or multiple range is ignored or refused as the RFC says; -1 tells that the answer is complete.
    private static (long From, long Length) Part(HttpRequest request, HttpResponse response, FileRepresentation file, string range)
    {
        if (!RangeHeaderValue.TryParse(range, out var parsed) || parsed.Unit != "bytes" || parsed.Ranges.Count != 1)
            return (0, file.Size);
        if (request.Headers.IfRange is { Count: > 0 } condition && condition.ToString() != file.ETag)
            return (0, file.Size);
        var wanted = parsed.Ranges.First();
        var from = wanted.From ?? Math.Max(0, file.Size - wanted.To!.Value);
        var to = wanted.From is null ? file.Size - 1 : Math.Min(wanted.To ?? long.MaxValue, file.Size - 1);
        if (from > to || (wanted.From is null && wanted.To == 0))
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{file.Size}");
            return (0, -1);
        }

        response.StatusCode = StatusCodes.Status206PartialContent;
        response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{to}/{file.Size}");
        return (from, to - from + 1);
    }

    private static bool Matches(string ifNoneMatch, string etag)
    {
        if (ifNoneMatch == etag)
            return true;
        if (ifNoneMatch.Trim() == "*")
            return true;
        return EntityTagHeaderValue.TryParseList([ifNoneMatch], out var tags) && tags.Any(tag => tag.Tag == etag);
    }

    private static bool IsActiveDocument(string mediaType) =>
        mediaType.StartsWith("text/html", StringComparison.Ordinal)
        || mediaType.Contains("svg", StringComparison.Ordinal)
        || mediaType.Contains("xml", StringComparison.Ordinal);
}
