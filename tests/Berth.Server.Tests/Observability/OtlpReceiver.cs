using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Berth.Server.Tests.Observability;

/// <summary>A collector that takes OTLP over HTTP as protobuf, and keeps the spans and the names of metrics.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    public ConcurrentQueue<ReceivedSpan> Spans { get; } = new();

    public ConcurrentDictionary<string, bool> Metrics { get; } = new(StringComparer.Ordinal);

    public string Url => _app.Urls.First();

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        // resource_spans or resource_metrics (1) → scope_… (2) → span or metric (2), in both messages.
        foreach (var item in Protobuf.Fields(body.ToArray(), 1).SelectMany(one => Protobuf.Fields(one, 2)).SelectMany(one => Protobuf.Fields(one, 2)))
        {
            if (context.Request.Path == "/v1/traces")
                Spans.Enqueue(ReceivedSpan.Read(item));
            else
                Metrics[Protobuf.Text(item, 1)] = true;
        }

        context.Response.ContentType = new MediaTypeHeaderValue("application/x-protobuf").ToString();
    }
}

/// <summary>A span as it was exported: hexadecimal ids, attributes as text.</summary>
internal sealed record ReceivedSpan(string TraceId, string SpanId, string ParentId, string Name, IReadOnlyDictionary<string, string> Attributes, bool IsError)
{
    // https://github.com/open-telemetry/opentelemetry-proto, trace.proto: Span.
    public static ReceivedSpan Read(byte[] span) => new(
        Convert.ToHexStringLower(Protobuf.Fields(span, 1).Single()),
        Convert.ToHexStringLower(Protobuf.Fields(span, 2).Single()),
        Convert.ToHexStringLower(Protobuf.Fields(span, 4).SingleOrDefault() ?? []),
        Protobuf.Text(span, 5),
        Protobuf.Fields(span, 9).GroupBy(pair => Protobuf.Text(pair, 1)).ToDictionary(
            group => group.Key, group => Protobuf.Fields(group.Last(), 2).Select(value => Protobuf.Text(value, 1)).SingleOrDefault() ?? ""),
        Protobuf.Fields(span, 15).Any(status => Protobuf.Number(status, 3) == 2));
}

/// <summary>As much of protobuf's wire format as a collector needs.</summary>
internal static class Protobuf
{
    /// <summary>All length-delimited fields of a number.</summary>
    public static IEnumerable<byte[]> Fields(byte[] message, int number) =>
        Read(message).Where(field => field.Number == number && field.Bytes is not null).Select(field => field.Bytes!);

    public static string Text(byte[] message, int number) => Encoding.UTF8.GetString(Fields(message, number).SingleOrDefault() ?? []);

    public static ulong Number(byte[] message, int number) => Read(message).Where(field => field.Number == number).Select(field => field.Value).LastOrDefault();

    private static IEnumerable<(int Number, byte[]? Bytes, ulong Value)> Read(byte[] message)
    {
        var at = 0;
        while (at < message.Length)
        {
            var key = Varint(message, ref at);
            var number = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    yield return (number, null, Varint(message, ref at));
                    break;
                case 1:
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    yield return (number, message[at..(at + length)], 0);
                    at += length;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {key & 7} is none of proto3.");
            }
        }
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
