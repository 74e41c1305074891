using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Berth.Events;
using Berth.Host.Isolation.Network;
using Berth.Host.Tests.Beds;
using Berth.Packaging.Manifest;
using Berth.Worker.Network;

namespace Berth.Host.Tests.Isolation.Network;

/// <summary>The way out of one worker, with a name server of its own, and the worker's client for it.</summary>
internal sealed class ProxyBed : IAsyncDisposable
{
    public const string Token = "the worker's secret";

    /// <summary>The call that runs from the start, of a user who granted the network.</summary>
    public const string Call = "the call's secret";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("berth-proxy-");
    private readonly PlainForwarding _plain = new();
    private readonly ConcurrentQueue<(BerthEvent Happened, string? UserId)> _events = new();

    public ProxyBed(string rules = "", string hosts = "", Func<NetworkOptions, NetworkOptions>? change = null, Bandwidth? bandwidth = null)
    {
        var id = new PluginVersionId("Notes", "1.0.0");
        var options = new NetworkOptions { Rules = NetworkRule.Parse(rules), Resolve = ResolveAsync };
        options = change?.Invoke(options) ?? options;
        var declared = hosts.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(text => HostPattern.TryParse(text, out var host) ? host! : throw new FormatException(text));
        Gate = new NetworkGate(id, new NetworkGrant(id, [.. declared], options.Rules), () => Permitted, options, (happened, userId) => _events.Enqueue((happened, userId)), Time, bandwidth ?? Bandwidth.Of(options.BytesPerSecond));
        Calls = new NetworkCalls(id, () => Permitted);
        Enter(Call, "ada", Capabilities.HttpClient, Capabilities.WebSocket);
        Proxy = NetworkProxy.Listen(Gate, Calls, Path.Combine(_folder.FullName, "net.sock"), _plain, TimeProvider.System);
        Proxy.Admit(Token, userId: null);
        Worker = new WorkerHttp(Proxy.Path, Token, "Notes 1.0.0");
        Http = ClientOf(Capabilities.HttpClient, Capabilities.WebSocket);
    }

    public MovableTime Time { get; } = new();

    public IReadOnlySet<string> Permitted { get; set; } = new HashSet<string> { Capabilities.HttpClient, Capabilities.WebSocket };

    /// <summary>Answers names; the argument counts how often this name was asked for, from 1.</summary>
    public Dictionary<string, Func<int, string[]>> Names { get; } = [];

    public ConcurrentDictionary<string, int> Asked { get; } = new();

    public NetworkGate Gate { get; }

    public NetworkCalls Calls { get; }

    public NetworkProxy Proxy { get; }

    public WorkerHttp Worker { get; }

    public HttpClient Http { get; }

    public IReadOnlyList<T> Of<T>()
        where T : BerthEvent => [.. _events.Select(one => one.Happened).OfType<T>()];

    /// <summary>For whom events of a kind were told.</summary>
    public IReadOnlyList<string?> UsersOf<T>()
        where T : BerthEvent => [.. _events.Where(one => one.Happened is T).Select(one => one.UserId)];

    /// <summary>A call of a user begins.</summary>
    public void Enter(string call, string user, params string[] granted) => Calls.Enter(call, new TestUser(user) { GrantedCapabilities = granted.ToHashSet() }, CancellationToken.None);

    /// <summary>The client of a call with these capabilities in force.</summary>
    public HttpClient ClientOf(params string[] inForce) => Worker.CreateClient(
        capability =>
        {
            if (!inForce.Contains(capability))
                throw new CapabilityDeniedException(capability, "it was not granted.");
        },
        Call,
        CancellationToken.None);

    public async ValueTask<Stream> TunnelAsync(string host, int port, string? call = Call) => await ProxyTunnel.OpenAsync(Proxy.Path, Token, call, host, port, CancellationToken.None);

    /// <summary>Sends bytes to the proxy and reads until it closes, or <paramref name="until"/> has come.</summary>
    public async Task<string> RawAsync(string text, string? until = null)
    {
        using var socket = await ConnectAsync();
        await socket.SendAsync(Encoding.Latin1.GetBytes(text));
        if (until is null)
            socket.Shutdown(SocketShutdown.Send);
        return await ReadAsync(socket, until);
    }

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Proxy.Path));
        return socket;
    }

    public static async Task<string> ReadAsync(Socket socket, string? until = null)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while ((until is null || !text.ToString().Contains(until, StringComparison.Ordinal)) && await socket.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromMinutes(2)) is var read and > 0)
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (SocketException)
        {
            // Cut off.
        }

        return text.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Worker.Dispose();
        await Proxy.DisposeAsync();
        await _plain.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken)
    {
        var count = Asked.AddOrUpdate(name, 1, (_, before) => before + 1);
        return Names.TryGetValue(name, out var answer)
            ? Task.FromResult<IPAddress[]>([.. answer(count).Select(IPAddress.Parse)])
            : throw new SocketException((int)SocketError.HostNotFound);
    }
}
