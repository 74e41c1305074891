using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Plugins.Http;

/// <summary>
/// Reads a bounded JSON body, and says what is wrong with it in a problem. The framework's own binding would answer a bare
/// 400 without a word, and accepts bodies of 30 MB.
/// </summary>
public static class JsonBody
{
    /// <summary>Bytes a body may have.</summary>
    public const int MaxBytes = 1024 * 1024;

    public static async Task<(T? Body, Problem? Problem)> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> json, CancellationToken cancellationToken)
        where T : class
    {
        if (!request.HasJsonContentType())
            return (null, Problem.Of(415, "request.media_type", "Not JSON", "Send the body as application/json."));
        if (request.ContentLength > MaxBytes)
            return (null, TooLarge());
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBytes;

        try
        {
            var body = await JsonSerializer.DeserializeAsync(request.Body, json, cancellationToken);
            return body is null ? (null, Malformed("The body is null.")) : (body, null);
        }
        catch (JsonException error)
        {
            return (null, Malformed($"The body is not the expected JSON at '{error.Path ?? "$"}' (line {(error.LineNumber ?? 0) + 1})."));
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (null, TooLarge());
        }
    }

    private static Problem Malformed(string detail) => Problem.Of(400, "request.malformed", "Malformed body", detail);

    private static Problem TooLarge() =>
        Problem.Of(413, "request.too_large", "Body too large", $"A body has at most {MaxBytes} bytes.");
}
