using System.Globalization;
using System.Net;
using Berth.Packaging.Manifest;

namespace Berth.Host.Isolation.Network;

/// <summary>What an administrator says about where plugins connect to.</summary>
public enum NetworkEffect
{
    /// <summary>These alone, of what the plugin may reach anyway; several add up. Rules of a plugin's own replace those for all.</summary>
    Allow,

    /// <summary>Never these.</summary>
    Deny,

    /// <summary>These also when their addresses are private, loopback or otherwise not of the public internet.</summary>
    Private,
}

/// <summary>One rule of the administrator: <c>Notes allow api.example.com</c>, <c>* deny 198.51.100.0/24</c>.</summary>
/// <param name="Slug">The plugin; <c>*</c> for all.</param>
/// <param name="Effect">What it says.</param>
/// <param name="Targets">About what.</param>
public sealed record NetworkRule(string Slug, NetworkEffect Effect, IReadOnlyList<NetworkTarget> Targets)
{
    /// <summary>Reads rules separated by <c>;</c>, each <c>SLUG allow|deny|private TARGET,TARGET</c>.</summary>
    /// <exception cref="FormatException">One cannot be read; the message is for the administrator.</exception>
    public static IReadOnlyList<NetworkRule> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(ParseOne)];
    }

    /// <summary>Whether it is about this plugin.</summary>
    public bool IsFor(string slug) => Slug is "*" || string.Equals(Slug, slug, StringComparison.OrdinalIgnoreCase);

    /// <summary>As it is written.</summary>
    public override string ToString() => $"{Slug} {Effect.ToString().ToLowerInvariant()} {string.Join(',', Targets)}";

    private static NetworkRule ParseOne(string text)
    {
        var words = text.Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length != 3 || !Enum.TryParse<NetworkEffect>(words[1], ignoreCase: true, out var effect) || !Enum.IsDefined(effect) || char.IsAsciiDigit(words[1][0]))
            throw new FormatException($"'{text}' is no rule. Write SLUG allow|deny|private TARGETS, for example 'Notes private 10.0.0.7:8080'; * as SLUG is for all plugins.");
        var targets = words[2].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (targets.Length == 0)
            throw new FormatException($"'{text}' names no target.");
        var rule = new NetworkRule(words[0], effect, [.. targets.Select(NetworkTarget.Parse)]);
        if (effect == NetworkEffect.Private && rule.Targets.Any(target => target is { Network: null, Host.IsAnyHost: true }))
            throw new FormatException($"'{text}' would open everything inside. Name hosts or networks, for example 10.0.0.0/8.");
        return rule;
    }
}

/// <summary>Hosts by their names, or a network of addresses.</summary>
/// <param name="Host">The hosts; with a network only their ports count.</param>
/// <param name="Network">The network, if it is one.</param>
public sealed record NetworkTarget(HostPattern Host, IPNetwork? Network = null)
{
    /// <summary>Reads a <see cref="HostPattern"/>, or a network such as <c>10.0.0.0/8</c>, <c>10.0.0.0/8:8080</c>, <c>[fd00::/8]:8080</c>.</summary>
    /// <exception cref="FormatException">It is neither; the message is for the administrator.</exception>
    public static NetworkTarget Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.Contains('/', StringComparison.Ordinal))
        {
            return HostPattern.TryParse(text.ToLowerInvariant(), out var host)
                ? new NetworkTarget(host!)
                : throw new FormatException($"'{text}' is no host. {HostPattern.Advice}");
        }

        var isPlain6 = !text.StartsWith('[') && text.Count(c => c == ':') > 1;
        var (network, port) = (text, (string?)null);
        if ((isPlain6 || HostPattern.TrySplit(text, out network, out port))
            && IPNetwork.TryParse(isPlain6 ? text : network, out var parsed)
            && HostPattern.TryParse(port is null ? "*" : "*:" + port, out var ports))
        {
            return new NetworkTarget(ports!, parsed);
        }

        throw new FormatException($"'{text}' is no network. Write 10.0.0.0/8, 10.0.0.0/8:8080 or [fd00::/8]:8080.");
    }

    /// <summary>Whether a name has to be resolved before it can be told whether this is about it.</summary>
    internal bool IsByAddress => Network is not null || IPAddress.TryParse(Host.Host, out _);

    /// <summary>Whether it is about this host, by the name that was asked for.</summary>
    internal bool MatchesHost(string host, int port, params ReadOnlySpan<int> usual) => Network is null && Host.Matches(host, port, usual);

    /// <summary>Whether it is about this address, whatever name led to it.</summary>
    internal bool MatchesAddress(IPAddress address, int port, params ReadOnlySpan<int> usual)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return Network is { } network
            ? network.Contains(address) && Host.Matches("any", port, usual)
            : !Host.IsAnyHost && IPAddress.TryParse(Host.Host, out var own) && own.Equals(address) && Host.Matches(Host.Host, port, usual);
    }

    /// <summary>As it is written.</summary>
    public override string ToString() => Network is not { } network ? Host.ToString()
        : Host.Port is null && !Host.IsAnyPort ? network.ToString()
        : string.Create(CultureInfo.InvariantCulture, $"{(network.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{network}]" : network.ToString())}{Host.ToString()[1..]}");
}
