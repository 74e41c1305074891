using System.Text.Json;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>Reads JSON bodies: bounded, with errors that name the member.</summary>
internal static class RequestBody
{
    private const int MaxBytes = 1024 * 1024;

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
        using var buffer = new MemoryStream();
        var chunk = new byte[8192];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, context.RequestAborted)) > 0)
        {
            if (buffer.Length + read > MaxBytes)
                throw TooLarge();
            await buffer.WriteAsync(chunk.AsMemory(0, read), context.RequestAborted);
        }

        if (buffer.Length == 0)
            return null;
        if (!request.HasJsonContentType() && !isOptional)
            throw new ApiProblemException(StatusCodes.Status415UnsupportedMediaType, "request.media_type", "This route takes application/json.");
        try
        {
            return JsonSerializer.Deserialize<T>(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), BerthJson.Options);
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
