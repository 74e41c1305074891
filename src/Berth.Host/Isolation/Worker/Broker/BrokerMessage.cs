using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Berth.Host.Isolation.Worker.Broker;

/// <summary>Reads and writes the broker's messages. What a worker sends is foreign: it is checked like anybody's.</summary>
internal static class BrokerMessage
{
    public static string Query(HttpContext context, string name) => context.Request.Query[name].ToString();

    public static long Number(HttpContext context, string name) =>
        long.TryParse(Query(context, name), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : throw new BrokerRefusedException($"'{name}' is no number.");

    public static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted) ?? throw new BrokerRefusedException("Nothing was sent.");
        }
        catch (JsonException exception)
        {
            throw new BrokerRefusedException($"What was sent is not a message of the protocol: {exception.Message}");
        }
        catch (BadHttpRequestException exception)
        {
            throw new BrokerRefusedException(exception.Message);
        }
    }

    public static async Task WriteAsync<T>(HttpContext context, T message, JsonTypeInfo<T> type)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(message, type);
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
