using System.Globalization;
using System.Net;
using Berth.Packaging.Manifest;

namespace Berth.Host.Isolation.Network;

/// <summary>
/// Where one version may connect to: what its manifest names, within what the administrator allows. Pure: it resolves and
/// connects nothing.
/// </summary>
internal sealed class NetworkGrant
{
    private const int Http = 80;
    private const int Https = 443;

    private readonly string _plugin;
    private readonly IReadOnlyList<HostPattern> _declared;
    private readonly IReadOnlyList<NetworkTarget> _ceiling;
    private readonly IReadOnlyList<NetworkTarget> _denied;
    private readonly IReadOnlyList<NetworkTarget> _opened;

    public NetworkGrant(PluginVersionId id, IReadOnlyList<HostPattern> declared, IReadOnlyList<NetworkRule> rules)
    {
        _plugin = id.ToString();
        _declared = declared;
        var own = rules.Where(rule => rule.IsFor(id.Slug)).ToList();
        var ceilings = own.Where(rule => rule.Effect == NetworkEffect.Allow).ToList();
        var forItAlone = ceilings.Where(rule => rule.Slug is not "*").ToList();
        _ceiling = [.. (forItAlone.Count > 0 ? forItAlone : ceilings).SelectMany(rule => rule.Targets)];
        _denied = [.. own.Where(rule => rule.Effect == NetworkEffect.Deny).SelectMany(rule => rule.Targets)];
        _opened = [.. own.Where(rule => rule.Effect == NetworkEffect.Private).SelectMany(rule => rule.Targets)];
    }

    /// <summary>Judges a host as it was asked for, before its name is resolved.</summary>
    /// <returns>Why not; <see langword="null"/> when its addresses decide.</returns>
    public NetworkRefusal? JudgeHost(string host, int port)
    {
        if (_denied.Any(target => target.MatchesHost(host, port)))
            return Denied(host, port);
        // Where addresses are opened, they decide.
        var isOpened = _opened.Any(target => target.MatchesHost(host, port, Http, Https) || target.IsByAddress);
        if (_declared.Count == 0 ? !isOpened && port is not (Http or Https) : !_declared.Any(pattern => pattern.Matches(host, port, Http, Https)))
            return NotDeclared(host, port);
        return _ceiling.Count > 0 && !_ceiling.Any(target => target.MatchesHost(host, port) || target.IsByAddress) ? NotAllowed(host, port) : null;
    }

    /// <summary>Judges what a name was resolved to.</summary>
    /// <returns>The addresses that may be connected to; none with the reason.</returns>
    public (IPAddress[] Addresses, NetworkRefusal? Refusal) JudgeAddresses(string host, int port, IReadOnlyCollection<IPAddress> addresses)
    {
        var judged = addresses.Select(address => (Address: address, Refusal: JudgeAddress(host, port, address))).ToList();
        IPAddress[] permitted = [.. judged.Where(one => one.Refusal is null).Select(one => one.Address)];
        return (permitted, permitted.Length > 0 ? null : judged.Select(one => one.Refusal).FirstOrDefault() ?? NotPublic(host, port));
    }

    private NetworkRefusal? JudgeAddress(string host, int port, IPAddress address)
    {
        if (_denied.Any(target => target.MatchesAddress(address, port)))
            return Denied(host, port);
        if (_ceiling.Count > 0 && !_ceiling.Any(target => target.MatchesHost(host, port) || target.MatchesAddress(address, port)))
            return NotAllowed(host, port);
        if (_opened.Any(target => target.MatchesHost(host, port, Http, Https) || target.MatchesAddress(address, port, Http, Https)))
            return null;
        // Without hosts in the manifest, another port than the usual ones is there only where one was opened.
        if (_declared.Count == 0 && port is not (Http or Https))
            return NotDeclared(host, port);
        return PublicAddresses.Contain(address) ? null : NotPublic(host, port);
    }

    private NetworkRefusal NotDeclared(string host, int port)
    {
        if (_declared.Count == 0)
            return new(NetworkCodes.PortNotGranted, Text($"{_plugin} may connect to any public host, but to the ports 80 and 443 alone, not to {host}:{port}. Its publisher can name the host and its port in security.network.hosts."));
        var isPort = _declared.Any(pattern => HostPattern.TryParse(WithoutPort(pattern), out var anyPort) && anyPort!.Matches(host, port));
        return new(
            isPort ? NetworkCodes.PortNotGranted : NetworkCodes.HostNotDeclared,
            Text($"{host}:{port} is not among the hosts that {_plugin} names in security.network.hosts ({string.Join(", ", _declared)}). Its publisher can add it in another version."));
    }

    private static string WithoutPort(HostPattern pattern) => (pattern.Host.Contains(':', StringComparison.Ordinal) ? $"[{pattern.Host}]" : pattern.Host) + ":*";

    private NetworkRefusal Denied(string host, int port) =>
        new(NetworkCodes.HostDenied, Text($"An administrator forbids that {_plugin} connects to {host}:{port}."));

    private NetworkRefusal NotAllowed(string host, int port) =>
        new(NetworkCodes.HostDenied, Text($"{host}:{port} is not among the hosts that an administrator allows {_plugin}."));

    private NetworkRefusal NotPublic(string host, int port) =>
        new(NetworkCodes.AddressNotPublic, Text($"{host}:{port} is no address of the public internet. An administrator can open it to {_plugin} with a 'private' rule in BERTH_PLUGIN_NETWORK."));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Why a connection is not made.</summary>
/// <param name="Code">One of <see cref="NetworkCodes"/>.</param>
/// <param name="Reason">For people.</param>
internal sealed record NetworkRefusal(string Code, string Reason);
