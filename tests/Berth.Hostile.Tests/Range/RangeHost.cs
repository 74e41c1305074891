using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Berth.Host;
using Berth.Host.Dispatch;
using Berth.Host.Isolation;
using Berth.Host.Isolation.Network;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Berth.Hostile.Tests.Range;

/// <summary>A real host with a neighbour plugin, secrets, and everything that attacks are aimed at.</summary>
internal sealed class RangeHost : IAsyncDisposable
{
    public static readonly PluginVersionId NeighbourId = new(nameof(Neighbour), "1.0.0");

    private readonly WebApplication _app;
    private readonly byte[] _secret;

    // What is aimed at has to stay: a socket that was collected refuses everybody.
    private readonly List<IDisposable> _kept = [];

    private RangeHost(WebApplication app, string level, string secret)
    {
        (_app, Level, Secret) = (app, level, secret);
        Pool = app.Services.GetRequiredService<IInstancePool>();
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First(url => !Outside.Urls.Contains(url, StringComparer.Ordinal))), Timeout = TimeSpan.FromSeconds(60) };
        _secret = GC.AllocateArray<byte>(secret.Length, pinned: true);
        Encoding.ASCII.GetBytes(secret, _secret);
    }

    /// <summary>Why the machine does not give the level.</summary>
    public string? Missing { get; private init; }

    public string Level { get; }

    public string Secret { get; }

    public IInstancePool Pool { get; }

    public HttpClient Http { get; }

    public RangeLog Log { get; } = new();

    public Target Target { get; private set; } = new();

    public string Boot { get; private set; } = "";

    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, RangeUser> _users = new(StringComparer.Ordinal);

    /// <summary>The one user, as a plugin sees them: with their documents of that plugin.</summary>
    public RangeUser UserOf(string slug) => _users.GetOrAdd(slug, _ => new RangeUser(isGranting: !Attacks.All.Any(attack => attack.IsDeclined && attack.GetType().Name == slug)));

    /// <summary>Another user, who granted everything.</summary>
    public RangeUser Other { get; } = new();

    /// <summary>Calls a plugin as the other user.</summary>
    public Task<HttpResponseMessage> AsOtherAsync(string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Range-User", "other");
        return Http.SendAsync(request);
    }

    /// <summary>Signals that came to the host.</summary>
    public int Signals;

    public static async Task<RangeHost> StartAsync(string level, int part, string secret, IReadOnlyList<string> attacks)
    {
        var isInProcess = level == IsolationLevels.None;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(["http://127.0.0.1:0", .. Outside.Urls]);
        builder.Services.AddSingleton(new HostOptions
        {
            InProcessTrustLevels = isInProcess ? new HashSet<string> { HostileSource.Trust } : [],
            // What a level holds is asked of code that got past the look at what it declares.
            UndeclaredUseTrustLevels = new HashSet<string> { HostileSource.Trust },
            WorkerLevels = new Dictionary<string, string> { [HostileSource.Trust] = Levels.IsolationOf(level) },
            // Only the workers that attack and are attacked, so that what each takes can be told.
            WorkerSpares = 0,
            // As a server has it.
            VersionsDirectory = HostileSource.Store,
            Network = new NetworkOptions { Resolve = new Outside().ResolveAsync },
            RequestTimeLimit = TimeSpan.FromSeconds(4),
            LifecycleTimeLimit = TimeSpan.FromSeconds(4),
            DrainTime = TimeSpan.FromMilliseconds(500),
        });
        // Other users than those of another range that runs at the same time: the kernel counts processes by user.
        var first = 62600 + (300 * part);
        builder.Services.AddSingleton(new IsolationOptions { FirstUserId = first, LastUserId = first + 299, RunDirectory = RunDirectory(level), ContainerEngine = Environment.IsPrivilegedProcess ? "runc" : "podman" });
        builder.Services.AddSingleton<IPluginVersionSource>(new HostileSource(level, [.. attacks, nameof(Neighbour)]));
        builder.Services.AddSingleton<ITrustCeilings>(new EverythingPermitted()).AddBerthHost();
        builder.Logging.ClearProviders();
        RangeHost? host = null;
        builder.Logging.Services.AddSingleton<ILoggerProvider>(_ => new RangeLog.Provider(() => host?.Log));
        var app = builder.Build();
        app.Use((context, next) => Outside.IsFor(context) ? Outside.AnswerAsync(context) : next(context));
        app.Map("/p/{slug}/{**path}", (HttpContext context, string slug, string? path) => host!.CallAsync(context, slug, path));
        await app.StartAsync();
        host = new RangeHost(app, level, secret) { Missing = isInProcess ? null : Missed(app.Services.GetRequiredService<IIsolationLevels>().Of(Levels.IsolationOf(level))) };
        // What lies about where a host runs workers, too, is there to be attacked.
        if (isInProcess)
            await app.Services.GetRequiredService<IIsolationLevels>().ProbeAsync();
        if (host.Missing is null)
            await host.AimAsync();
        return host;
    }

    /// <summary>Asks the neighbour whether it lives, and reaches the host.</summary>
    /// <param name="patience">Longer for its start than for an answer of one that lives.</param>
    public async Task<string> NeighbourAsync(TimeSpan? patience = null)
    {
        using var limit = new CancellationTokenSource(patience ?? TimeSpan.FromSeconds(20));
        using var answer = await Http.GetAsync("/p/Neighbour/boot", limit.Token);
        var text = await answer.Content.ReadAsStringAsync(limit.Token);
        return answer.IsSuccessStatusCode ? text : throw new HttpRequestException($"{(int)answer.StatusCode}: {text}");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _kept.ForEach(kept => kept.Dispose());
        await _app.DisposeAsync();
    }

    // As it is by default: what is not root has it in a temporary folder.
    private static string RunDirectory(string level) => level == Levels.None || !Environment.IsPrivilegedProcess ? "/tmp/berth-run" : "/run/berth";

    private static string? Missed(IsolationAvailability level) => level.IsAvailable ? null : level.Reason;

    // What there is to be attacked, all of it real.
    private async Task AimAsync()
    {
        Keep(PosixSignalRegistration.Create((PosixSignal)10, signal =>
        {
            signal.Cancel = true;
            Interlocked.Increment(ref Signals);
        }));
        var data = Directory.CreateDirectory("/tmp/berth-data", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        var database = Path.Combine(data, "host.db");
        await File.WriteAllTextAsync(database, Secret);
        File.SetUnixFileMode(database, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Boot = await NeighbourAsync(TimeSpan.FromSeconds(60));
        var kept = await Http.GetStringAsync($"/p/Neighbour/keep?secret={Secret}");
        var process = Level == IsolationLevels.None ? Environment.ProcessId : await NeighboursProcessAsync();
        // Where the host sees it, for attackers who see as much as the host.
        var file = File.Exists(kept) ? kept : $"/proc/{process}/root{kept}";
        var sockets = Directory.GetFiles(RunDirectory(Level), "*.sock", SearchOption.AllDirectories);
        Target = new Target
        {
            LoopbackPort = Listen("127.0.0.1"),
            MetadataPort = Listen("169.254.169.254"),
            NamesPort = Names(),
            AbstractSocket = Abstract(),
            Database = database,
            DataFolder = data,
            NeighbourFile = file,
            Store = HostileSource.Store,
            NeighbourFolder = HostileSource.FolderOf(NeighbourId),
            NeighbourProcess = process,
            HostProcess = Environment.ProcessId,
            SecretAddress = Marshal.UnsafeAddrOfPinnedArrayElement(_secret, 0),
            Secret = Secret,
            Broker = sockets.FirstOrDefault(path => path.EndsWith("host.sock", StringComparison.Ordinal)) ?? "",
            WorkerSockets = WorkerSockets(),
            NeighbourProxy = sockets.FirstOrDefault(path => Path.GetFileName(path).StartsWith('n')) ?? "",
            NeighbourToken = Levels.HaveWorkers(Level) ? await Http.GetStringAsync("/p/Neighbour/secret") : "",
            SharedFolders = ["/var/tmp", "/dev/shm"],
        };
    }

    // They have no names; what leads to them are descriptors of the host.
    private static string[] WorkerSockets() =>
    [
        .. new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos().Where(link => link.LinkTarget is { } to && Path.GetFileName(to).StartsWith('w') && to.Contains(".sock", StringComparison.Ordinal))
            .Select(link => $"/proc/{Environment.ProcessId}/fd/{link.Name}"),
    ];

    // On a slow machine the processes that it was started by, or one that was too slow to start, may end after its first answer.
    private static async Task<int> NeighboursProcessAsync()
    {
        var until = Environment.TickCount64 + 30_000;
        while (true)
        {
            var workers = ProcessTable.Workers();
            if (workers.Count == 1)
                return workers[0];
            if (Environment.TickCount64 > until)
                throw new InvalidOperationException($"One worker was expected, the neighbour's; there are {string.Join(", ", workers)}.");
            await Task.Delay(50);
        }
    }

    private T Keep<T>(T kept)
        where T : IDisposable
    {
        _kept.Add(kept);
        return kept;
    }

    private int Listen(string address)
    {
        var listener = Keep(new TcpListener(System.Net.IPAddress.Parse(address), 0));
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private int Names() => ((System.Net.IPEndPoint)Keep(new UdpClient(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0))).Client.LocalEndPoint!).Port;

    private string Abstract()
    {
        var name = $"berth-range-{Environment.ProcessId}";
        var socket = Keep(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified));
        socket.Bind(new UnixDomainSocketEndPoint("\0" + name));
        socket.Listen();
        return name;
    }

    private async Task CallAsync(HttpContext context, string slug, string? path)
    {
        switch (await Pool.LeaseAsync(new PluginVersionId(slug, "1.0.0"), context.RequestAborted))
        {
            case LeaseOutcome.Leased { Lease: var lease }:
                using (lease)
                {
                    var outcome = await lease.DispatchAsync(context, context.Request.Headers.ContainsKey("Range-User") ? Other : UserOf(slug), "/p/" + slug, "/" + path);
                    if (outcome is DispatchOutcome.Completed)
                        return;
                    if (context.Response.HasStarted)
                        context.Abort();
                    else
                        await AnswerAsync(context, outcome.GetType().Name, outcome.ToString());
                }

                return;
            case LeaseOutcome.Failed failed:
                await AnswerAsync(context, failed.Code, failed.Reason);
                return;
            case var other:
                await AnswerAsync(context, other.GetType().Name, other.ToString());
                return;
        }
    }

    private static Task AnswerAsync(HttpContext context, string code, string reason)
    {
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        context.Response.Headers["Range-Outcome"] = code;
        return context.Response.WriteAsync(reason);
    }
}
