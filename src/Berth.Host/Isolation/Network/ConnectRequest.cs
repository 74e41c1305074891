using System.Buffers;
using System.Text;
using Berth.Packaging.Manifest;

namespace Berth.Host.Isolation.Network;

/// <summary>
/// A worker's request for a tunnel (RFC 9110, section 9.3.6), read strictly: whatever could be read in two ways is refused.
/// </summary>
/// <param name="Host">The host, without brackets.</param>
/// <param name="Port">The port.</param>
/// <param name="Token">The worker's secret, if it sent one.</param>
/// <param name="Call">The id of the call in which it is asked for, if one was said.</param>
internal sealed record ConnectRequest(string Host, int Port, string? Token, string? Call = null)
{
    /// <summary>The most bytes of a head.</summary>
    public const int MostBytes = 8 * 1024;

    private const int MostFields = 50;
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>How the head of such a request begins.</summary>
    public static ReadOnlySpan<byte> Beginning => "CONNECT "u8;

    /// <summary>Reads a whole head, up to and with its empty line.</summary>
    /// <param name="head">The bytes.</param>
    /// <param name="tokenHeader">The name of the field with the worker's secret.</param>
    /// <param name="callHeader">The name of the field with the call's id.</param>
    /// <returns>The request; <see langword="null"/> when it is none.</returns>
    public static ConnectRequest? Parse(ReadOnlySpan<byte> head, string tokenHeader, string callHeader)
    {
        // A bare CR or LF ends a line for some readers and not for others.
        foreach (var one in head)
        {
            if (one is > 126 or (< 32 and not ((byte)'\r' or (byte)'\n')))
                return null;
        }

        var lines = Encoding.ASCII.GetString(head).Split("\r\n");
        if (lines.Length < 3 || lines.Any(line => line.AsSpan().IndexOfAny('\r', '\n') >= 0) || lines[^1].Length > 0 || lines[^2].Length > 0)
            return null;
        var words = lines[0].Split(' ');
        if (words is not ["CONNECT", var authority, "HTTP/1.1"] || !HostPattern.TrySplit(authority, out var host, out var portText) || portText is null || !HostPattern.TryPort(portText, out var port))
            return null;
        return host.Length > 0 && Fields(lines[1..^2], authority) is { } fields
            ? new ConnectRequest(host, port, fields.GetValueOrDefault(tokenHeader), fields.GetValueOrDefault(callHeader))
            : null;
    }

    private static Dictionary<string, string>? Fields(string[] lines, string authority)
    {
        if (lines.Length > MostFields)
            return null;
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || line.AsSpan(0, colon).ContainsAnyExcept(NameCharacters))
                return null;
            var (name, value) = (line[..colon], line[(colon + 1)..].Trim(' '));
            if (!fields.TryAdd(name, value))
                return null;
            // A tunnel has no body; a length would be one reader's body and the other's next request.
            if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
                return null;
            if (name.Equals("Host", StringComparison.OrdinalIgnoreCase) && !value.Equals(authority, StringComparison.OrdinalIgnoreCase))
                return null;
        }

        return fields;
    }
}
