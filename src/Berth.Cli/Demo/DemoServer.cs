using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using Berth.Cli.Http;
using Berth.Cli.Output;
using Berth.Cli.Serving;

namespace Berth.Cli.Demo;

/// <summary>A server in a process of its own, on free ports of 127.0.0.1, with its data in a folder of its own.</summary>
internal sealed class DemoServer : IAsyncDisposable
{
    private const int KeptLines = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    // What the surroundings set for another server must not reach this one.
    private static readonly string[] OldNames =
        ["PLUGINS_BASE_DIR", "CLEANUP_INTERVAL_SECONDS", "MANAGER_TIMEOUT_SECONDS", "VERSION_RETENTION_DAYS", "OPERATION_RETENTION_DAYS", "EVENT_RETENTION_DAYS",
        "AUDIT_RETENTION_DAYS", "WEBHOOK_RETENTION_DAYS", "ASPNETCORE_URLS", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT"];

    private readonly ChildProcess _child;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<Uri> _host = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Uri> _registry = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private DemoServer(ProcessStartInfo start, string folder, string adminToken)
    {
        AdminToken = adminToken;
        _child = ChildProcess.Start(start, folder);
        _child.Process.OutputDataReceived += (_, line) => Hear(line.Data);
        _child.Process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _child.Process.BeginOutputReadLine();
        _child.Process.BeginErrorReadLine();
    }

    /// <summary>The host's address.</summary>
    public Uri Host => _host.Task.Result;

    /// <summary>The registry's address.</summary>
    public Uri Registry => _registry.Task.Result;

    /// <summary>Its administrator's token, made for this run.</summary>
    public string AdminToken { get; }

    /// <summary>What the server said last.</summary>
    public IReadOnlyCollection<string> LastLines => _lines;

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <exception cref="CommandFailedException">It ended, or is not ready in time.</exception>
    /// <param name="assembly">The server's file.</param>
    /// <param name="folder">A folder of this run alone.</param>
    /// <param name="data">Where its data stays; in that folder when absent.</param>
    public static async Task<DemoServer> StartAsync(string assembly, string folder, CancellationToken cancellationToken, string? data = null)
    {
        var adminToken = "berth_pat_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var start = new ProcessStartInfo(ServerLocation.Muxer(), [assembly])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var name in start.Environment.Keys.Where(IsForeign).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["BERTH_DATA_DIR"] = data ?? Path.Combine(folder, "data");
        start.Environment["BERTH_HOST_URLS"] = "http://127.0.0.1:0";
        start.Environment["BERTH_REGISTRY_URLS"] = "http://127.0.0.1:0";
        start.Environment["BERTH_ADMIN_TOKEN"] = adminToken;
        start.Environment["BERTH_RATE_LIMITS"] = "off";
        var server = new DemoServer(start, folder, adminToken);
        try
        {
            await server.WaitUntilReadyAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The host, as the owner of a token.</summary>
    public ApiConnection HostAs(string? token) => new(_http, Host, token, actFor: null, TimeSpan.FromSeconds(100));

    /// <summary>The host as its administrator.</summary>
    public ApiConnection HostAsAdmin() => HostAs(AdminToken);

    /// <summary>The registry as its administrator.</summary>
    public ApiConnection RegistryAsAdmin() => new(_http, Registry, AdminToken, actFor: null, TimeSpan.FromSeconds(100));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _child.DisposeAsync();
        _http.Dispose();
    }

    private static bool IsForeign(string name) =>
        name.StartsWith("BERTH_", StringComparison.OrdinalIgnoreCase) || OldNames.Contains(name, StringComparer.OrdinalIgnoreCase);

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Patience);
        var ended = _child.Process.WaitForExitAsync(limited.Token);
        try
        {
            if (await Task.WhenAny(Task.WhenAll(_host.Task, _registry.Task), ended) == ended)
            {
                await ended;
                throw Failed($"The server ended with exit code {_child.Process.ExitCode} before it was ready.");
            }

            while (!await IsReadyAsync(limited.Token))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), limited.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed($"The server was not ready within {Patience.TotalSeconds} s.");
        }
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(Host, "/health/ready"), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        _lines.Enqueue(line);
        while (_lines.Count > KeptLines)
        {
            _lines.TryDequeue(out _);
        }

        Learn(line, "Host: ", _host);
        Learn(line, "Registry: ", _registry);
    }

    private static void Learn(string line, string label, TaskCompletionSource<Uri> address)
    {
        if (line.StartsWith(label, StringComparison.Ordinal) && Uri.TryCreate(line[label.Length..].Trim(), UriKind.Absolute, out var found))
        {
            address.TrySetResult(found);
        }
    }

    private CommandFailedException Failed(string what) => new(
        ExitCode.Failed, "client.server.start", what + (_lines.IsEmpty ? "" : " It said: " + string.Join(" | ", _lines)));
}
