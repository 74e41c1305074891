using Berth.Lifecycle.Store;
using Berth.Registry.Mirroring.Upstream;

namespace Berth.Server.Files;

/// <summary>
/// Answers with a package while it comes from upstream. The length is said before the digest is known to be right, so an answer
/// that must not be finished is broken off: a client that counts finds it too short, and never takes it for the package.
/// </summary>
internal static class ArrivingResponse
{
    /// <summary>Writes the answer, or breaks the connection. Headers that do not follow from the bytes are the caller's.</summary>
    public static async Task WriteAsync(HttpContext context, ArrivingPackage package, FileRepresentation file, string mediaType)
    {
        var headers = context.Response.Headers;
        headers.ETag = file.ETag;
        headers.AcceptRanges = "bytes";
        headers.ContentType = mediaType;
        headers.ContentLength = file.Size;
        try
        {
            await package.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
        catch (Exception exception) when (context.Response.HasStarted && exception is (UpstreamAwayException or IOException))
        {
            context.Abort();
        }
        catch (UpstreamAwayException)
        {
            // What answers instead has a length of its own, and is nobody's package.
            headers.ContentLength = null;
            headers.ETag = headers.AcceptRanges = headers.ContentDisposition = headers["Repr-Digest"] = default;
            throw;
        }
    }
}
