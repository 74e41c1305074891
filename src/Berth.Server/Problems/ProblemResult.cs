using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Berth.Server.Problems;

/// <summary>Writes an <see cref="ApiProblem"/> as <c>application/problem+json</c>.</summary>
/// <remarks>
/// Life-cycle routes also serve front ends that read <c>detail.message</c>: there, a request that does not ask for
/// problem+json gets <c>detail</c> as an object with <c>message</c>, <c>details</c> and <c>suggestions</c>.
/// </remarks>
public sealed class ProblemResult(ApiProblem problem) : IResult
{
    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, problem);

    /// <summary>Writes the answer; the response must not have started.</summary>
    public static async Task WriteAsync(HttpContext context, ApiProblem problem)
    {
        var response = context.Response;
        var isCompatible = context.GetEndpoint()?.Metadata.GetMetadata<CompatibleErrors>() is not null
            && !context.Request.Headers.Accept.ToString().Contains("application/problem+json", StringComparison.OrdinalIgnoreCase);
        response.StatusCode = problem.Status;
        response.ContentType = isCompatible ? "application/json; charset=utf-8" : "application/problem+json";
        response.Headers.CacheControl = "no-store";
        if (problem.RetryAfter is { } wait)
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (problem.Status == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Bearer realm=\"berth\"";
        if (HttpMethods.IsHead(context.Request.Method))
            return;

        await using var json = new Utf8JsonWriter(response.BodyWriter, new JsonWriterOptions { Encoder = BerthJson.Options.Encoder });
        json.WriteStartObject();
        json.WriteString("type", $"urn:berth:error:{problem.Code}");
        json.WriteString("title", ReasonPhrases.GetReasonPhrase(problem.Status));
        json.WriteNumber("status", problem.Status);
        if (isCompatible)
            WriteCompatibleDetail(json, problem);
        else
            json.WriteString("detail", problem.Detail);
        json.WriteString("code", problem.Code);
        json.WritePropertyName("errors");
        JsonSerializer.Serialize(json, problem.Errors, ErrorOptions);
        foreach (var (name, value) in problem.Extensions)
            json.WriteString(name, value);
        json.WriteString("traceId", context.TraceIdentifier);
        json.WriteEndObject();
    }

    private static readonly JsonSerializerOptions ErrorOptions = new(BerthJson.Options)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private static void WriteCompatibleDetail(Utf8JsonWriter json, ApiProblem problem)
    {
        json.WriteStartObject("detail");
        json.WriteString("message", problem.Detail);
        json.WriteStartObject("details");
        json.WriteString("step", problem.Step ?? "request");
        json.WriteString("code", problem.Code);
        json.WriteEndObject();
        json.WriteStartArray("suggestions");
        foreach (var suggestion in problem.Suggestions)
            json.WriteStringValue(suggestion);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}

/// <summary>Endpoint metadata: errors are also shaped for the front ends of the systems before Berth.</summary>
public sealed class CompatibleErrors;
