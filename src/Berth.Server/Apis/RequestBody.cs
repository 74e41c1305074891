using System.Buffers;
using System.Text.Json;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>Reads JSON bodies: bounded, with errors that name the member.</summary>
internal static class RequestBody
{
    private const int MaxBytes = 1024 * 1024;
    private const int UsualBytes = 4 * 1024;

    /// <summary>The body, or a new object when the request has none.</summary>
    public static async Task<T> ReadOptionalAsync<T>(HttpContext context)
        where T : class, new() => await ReadAsync<T>(context, isOptional: true) ?? new T();

    /// <summary>The body.</summary>
    public static async Task<T> ReadAsync<T>(HttpContext context)
        where T : class =>
        await ReadAsync<T>(context, isOptional: false)
        ?? throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.body_missing", "This route takes a JSON object as its body.");

    private static async Task<T?> ReadAsync<T>(HttpContext context, bool isOptional)
        where T : class
    {
        var request = context.Request;
        if (request.ContentLength > MaxBytes)
            throw TooLarge();
        // A byte more than there should be, so that the end is seen.
        var buffer = ArrayPool<byte>.Shared.Rent((int)(request.ContentLength ?? UsualBytes) + 1);
        try
        {
            int read, length = 0;
            while ((read = await request.Body.ReadAsync(buffer.AsMemory(length), context.RequestAborted)) > 0)
            {
                length += read;
                if (length > MaxBytes)
                    throw TooLarge();
                if (length == buffer.Length)
                    Grow(ref buffer);
            }

            return length == 0 ? null : Read<T>(request, buffer.AsSpan(0, length), isOptional);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Grow(ref byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    private static T? Read<T>(HttpRequest request, ReadOnlySpan<byte> body, bool isOptional)
        where T : class
    {
        if (!request.HasJsonContentType() && !isOptional)
            throw new ApiProblemException(StatusCodes.Status415UnsupportedMediaType, "request.media_type", "This route takes application/json.");
        try
        {
            return JsonSerializer.Deserialize<T>(body, BerthJson.Options);
        }
        catch (JsonException exception)
        {
            var where = string.IsNullOrEmpty(exception.Path) || exception.Path == "$" ? "the document" : exception.Path[1..].TrimStart('.');
            throw new ApiProblemException(new ApiProblem(StatusCodes.Status400BadRequest, "request.invalid_json",
                $"The body is not the JSON this route takes; look at {where}.")
            {
                Errors = [new ApiError("request.invalid_json", "Wrong type or malformed.", Pointer: "/" + (exception.Path ?? "$").TrimStart('$').TrimStart('.').Replace('.', '/'))],
            });
        }
    }

    private static ApiProblemException TooLarge() =>
        new(StatusCodes.Status413PayloadTooLarge, "request.too_large", $"The body is larger than {MaxBytes} bytes.");
}
