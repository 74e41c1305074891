using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace Berth.Host.Isolation.Network;

/// <summary>What a proxy says instead of a tunnel: a status, the code in a field, and code and reason as plain text.</summary>
internal static class ProxyAnswer
{
    /// <summary>The field with the code.</summary>
    public const string CodeHeader = "Berth-Network";

    /// <summary>There is a tunnel from here on.</summary>
    public static ReadOnlyMemory<byte> Connected { get; } = "HTTP/1.1 200 OK\r\n\r\n"u8.ToArray();

    public static int StatusOf(string code) => code switch
    {
        NetworkCodes.BadRequest => 400,
        NetworkCodes.TooManyConnections => 503,
        NetworkCodes.Unresolved or NetworkCodes.Unreachable => 502,
        NetworkCodes.TimedOut => 504,
        _ => 403,
    };

    public static string TextOf(string code, string reason) => $"{code}: {reason}\n";

    public static ValueTask<FlushResult> RefuseAsync(PipeWriter output, string code, string reason) => RefuseAsync(output, StatusOf(code), code, reason);

    public static ValueTask<FlushResult> RefuseAsync(PipeWriter output, int status, string code, string reason)
    {
        var body = Encoding.UTF8.GetBytes(TextOf(code, reason));
        var head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} {(status == 403 ? "Forbidden" : "Refused")}\r\n{CodeHeader}: {code}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n");
        return output.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. body]);
    }
}
