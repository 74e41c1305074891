using System.Globalization;
using System.Net;

namespace Berth.Packaging.Manifest;

/// <summary>
/// A host that a plugin may connect to: <c>api.example.com</c>, <c>*.example.com</c> (below it, not itself), <c>203.0.113.7</c>,
/// <c>[2001:db8::1]</c> or <c>*</c> (any), with <c>:8443</c> or <c>:*</c> behind it; without a port, 80 and 443.
/// </summary>
public sealed record HostPattern
{
    /// <summary>What a name or an address may be made of, for whoever writes one.</summary>
    public const string Advice = "Write a name such as api.example.com or *.example.com, an address, or * for any host; :PORT behind it is for others than 80 and 443, :* for every port.";

    private const int MostCharacters = 253;

    private HostPattern(string host, int? port, bool anyPort)
    {
        Host = host;
        Port = port;
        IsAnyPort = anyPort;
    }

    /// <summary>Any host, at the usual ports.</summary>
    public static HostPattern Any { get; } = new("*", null, false);

    /// <summary>In lower case, without brackets: a name, an address, <c>*.</c> and a name, or <c>*</c>.</summary>
    public string Host { get; }

    /// <summary>The one port; <see langword="null"/> for the usual ones or any.</summary>
    public int? Port { get; }

    /// <summary>Whether every port is meant.</summary>
    public bool IsAnyPort { get; }

    /// <summary>Whether every host is meant.</summary>
    public bool IsAnyHost => Host.Length == 1;

    /// <summary>Reads one.</summary>
    public static bool TryParse(string? text, out HostPattern? pattern)
    {
        pattern = null;
        if (text is null || !TrySplit(text, out var host, out var portText))
            return false;
        int? port = null;
        var anyPort = portText is "*";
        if (portText is not null && !anyPort)
        {
            if (!TryPort(portText, out var number))
                return false;
            port = number;
        }

        var name = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        var isName = host is "*" || (name.Length == host.Length ? IsHost(host) : IsName(name) && name.Contains('.', StringComparison.Ordinal));
        if (!isName || !string.Equals(host, host.ToLowerInvariant(), StringComparison.Ordinal))
            return false;
        pattern = new HostPattern(host, port, anyPort);
        return true;
    }

    /// <summary>Splits <c>host:port</c>; an address of version 6 stands in brackets, which are taken off.</summary>
    /// <param name="text">What is split.</param>
    /// <param name="host">The host.</param>
    /// <param name="port">What stands behind the colon; <see langword="null"/> when there is none.</param>
    public static bool TrySplit(string text, out string host, out string? port)
    {
        ArgumentNullException.ThrowIfNull(text);
        (host, port) = (text, null);
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']', StringComparison.Ordinal);
            if (end < 0 || (end < text.Length - 1 && text[end + 1] != ':'))
                return false;
            host = text[1..end];
            port = end == text.Length - 1 ? null : text[(end + 2)..];
            return host.Contains(':', StringComparison.Ordinal);
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
            (host, port) = (text[..colon], text[(colon + 1)..]);
        return true;
    }

    /// <summary>A port in its one spelling: decimal, no sign, no leading zero, 1 to 65535.</summary>
    public static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535
        && string.Equals(text, port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>
    /// Whether it is a name of the DNS or an address in its usual spelling. Numbers that resolvers take for addresses, such as
    /// <c>2130706433</c>, <c>0x7f.1</c> and <c>127.1</c>, are neither.
    /// </summary>
    public static bool IsHost(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (host.Contains(':', StringComparison.Ordinal))
            return !host.Contains('%', StringComparison.Ordinal) && IPAddress.TryParse(host, out var six) && six.GetAddressBytes().Length == 16;
        return IPAddress.TryParse(host, out var four) ? string.Equals(four.ToString(), host, StringComparison.Ordinal) : IsName(host);
    }

    /// <summary>Whether a connection to this host, as it was asked for, and port is meant.</summary>
    /// <param name="host">A name, in lower case and without the root's dot, or an address.</param>
    /// <param name="port">The port.</param>
    /// <param name="usual">The ports that are meant without one; all when empty.</param>
    public bool Matches(string host, int port, params ReadOnlySpan<int> usual)
    {
        ArgumentNullException.ThrowIfNull(host);
        var isPort = IsAnyPort || (Port is { } one ? one == port : usual.IsEmpty || usual.Contains(port));
        return isPort && MatchesHost(host);
    }

    /// <summary>Whether everything that another one means, at the usual ports where it names none, is meant by this one.</summary>
    public bool Covers(HostPattern other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var coversPorts = IsAnyPort || (!other.IsAnyPort && (other.Port is { } port ? (Port is { } own ? own == port : port is 80 or 443) : Port is null));
        return coversPorts && (IsAnyHost || string.Equals(Host, other.Host, StringComparison.Ordinal)
            || (other.Host.StartsWith("*.", StringComparison.Ordinal) ? Host.StartsWith("*.", StringComparison.Ordinal) && other.Host.EndsWith(Host[1..], StringComparison.Ordinal)
                : MatchesHost(other.Host)));
    }

    /// <summary>As it is written.</summary>
    public override string ToString() =>
        (Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)
        + (IsAnyPort ? ":*" : Port is { } port ? string.Create(CultureInfo.InvariantCulture, $":{port}") : "");

    private bool MatchesHost(string host)
    {
        if (IsAnyHost)
            return true;
        if (Host.StartsWith("*.", StringComparison.Ordinal))
            return host.Length > Host.Length - 1 && host.EndsWith(Host[1..], StringComparison.OrdinalIgnoreCase) && !IPAddress.TryParse(host, out _);
        return string.Equals(Host, host, StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(Host, out var own) && IPAddress.TryParse(host, out var other) && own.Equals(other));
    }

    private static bool IsName(string name)
    {
        if (name.Length is 0 or > MostCharacters)
            return false;
        var labels = name.Split('.');
        return labels.All(IsLabel) && !IsNumber(labels[^1]);
    }

    private static bool IsLabel(string label) =>
        label.Length is >= 1 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && label[0] != '-' && label[^1] != '-';

    // What ends in a number is an address to resolvers (WHATWG URL, section 3.5), in whatever notation.
    private static bool IsNumber(string label) =>
        label.All(char.IsAsciiDigit) || (label.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && label.Skip(2).All(char.IsAsciiHexDigit));
}
