using System.Globalization;
using Berth.Lifecycle.Store;
using Microsoft.Net.Http.Headers;

namespace Berth.Server.Files;

/// <summary>Answers with bytes that never change: strong tag, conditions (RFC 9110, section 13), HEAD and a single range (section 14).</summary>
public sealed class ByteResponse(FileCache cache)
{
    /// <summary>Writes the answer. Headers that do not follow from the bytes are the caller's.</summary>
    /// <param name="file">What to send.</param>
    /// <param name="mediaType">Its media type.</param>
    /// <param name="coding">Its content coding, if it has one; ranges are for the identity only.</param>
    /// <exception cref="IOException">The file cannot be read; nothing was sent.</exception>
    public Task WriteAsync(HttpContext context, FileRepresentation file, string mediaType, string? coding = null)
    {
        var request = context.Request;
        var response = context.Response;
        var headers = response.Headers;
        headers.ETag = file.ETag;
        headers.AcceptRanges = "bytes";
        if (request.Headers.IfNoneMatch is { Count: > 0 } known && Matches(known.ToString(), file.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        headers.ContentType = mediaType;
        if (coding is not null)
            headers.ContentEncoding = coding;
        var range = coding is null ? request.Headers.Range.ToString() : "";
        var (from, length) = range.Length == 0 ? (0L, file.Size) : Part(request, response, file, range);
        if (length < 0)
            return Task.CompletedTask;
        headers.ContentLength = length;
        return HttpMethods.IsHead(request.Method) ? Task.CompletedTask : SendAsync(context, file, from, length);
    }

    private Task SendAsync(HttpContext context, FileRepresentation file, long from, long length)
    {
        var cached = cache.GetAsync(file, context.RequestAborted);
        return cached is { IsCompletedSuccessfully: true, Result: { } bytes }
            ? context.Response.Body.WriteAsync(bytes, (int)from, (int)length, context.RequestAborted)
            : SendSlowlyAsync(context, file, cached, from, length);
    }

    private static async Task SendSlowlyAsync(HttpContext context, FileRepresentation file, ValueTask<byte[]?> cached, long from, long length)
    {
        if (await cached is { } bytes)
            await context.Response.Body.WriteAsync(bytes.AsMemory((int)from, (int)length), context.RequestAborted);
        else
            await context.Response.SendFileAsync(file.FullPath, from, length, context.RequestAborted);
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
        if (ifNoneMatch == etag || ifNoneMatch.Trim() == "*")
            return true;
        return EntityTagHeaderValue.TryParseList([ifNoneMatch], out var tags) && tags.Any(tag => tag.Tag == etag);
    }
}
