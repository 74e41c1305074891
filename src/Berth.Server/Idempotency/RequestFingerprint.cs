using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Berth.Server.Problems;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Berth.Server.Idempotency;

/// <summary>What tells whether a second request asks for the same as the first: a digest of query and body.</summary>
internal static class RequestFingerprint
{
    private const int BufferSize = 64 * 1024;

    /// <summary>Reads the body to its end, and rewinds it.</summary>
    /// <param name="body">The request's body, seekable.</param>
    public static async Task<string> OfAsync(HttpRequest request, Stream body, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(request.QueryString.Value + "\n"));
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            && HeaderUtilities.RemoveQuotes(type.Boundary).ToString() is { Length: > 0 and <= 200 } boundary)
        {
            await AppendFormAsync(hash, new MultipartReader(boundary, body), cancellationToken);
        }
        else
        {
            await AppendAsync(hash, body, cancellationToken);
        }

        body.Position = 0;
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Field by field, because a client draws a new boundary for each attempt.
    private static async Task AppendFormAsync(IncrementalHash hash, MultipartReader reader, CancellationToken cancellationToken)
    {
        try
        {
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"\n{section.ContentDisposition}\n{section.ContentType}\n"));
                await AppendAsync(hash, section.Body, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or (IOException and not BadHttpRequestException))
        {
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.form", "The form is malformed.");
        }
    }

    private static async Task AppendAsync(IncrementalHash hash, Stream stream, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var length = 0L;
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                length += read;
                hash.AppendData(buffer, 0, read);
            }

            hash.AppendData(Encoding.UTF8.GetBytes($"\n{length}"));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
