using System.Globalization;
using System.Net.Sockets;

namespace Berth.Server.Tests;

/// <summary>A request whose target goes over the wire exactly as written.</summary>
public static class RawRequest
{
    public static async Task<(int Status, string Body)> GetAsync(string url, string target, string? token = null, string method = "GET")
    {
        var address = new Uri(url);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        var authorization = token is null ? "" : $"Authorization: Bearer {token}\r\n";
        await stream.WriteAsync(Encoding.Latin1.GetBytes(
            $"{method} {target} HTTP/1.1\r\nHost: {address.Authority}\r\n{authorization}Accept: application/problem+json\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var text = await reader.ReadToEndAsync();
        var split = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return (int.Parse(text.AsSpan(9, 3), CultureInfo.InvariantCulture), split < 0 ? "" : text[(split + 4)..]);
    }
}
