using System.Diagnostics;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;

namespace Berth.Server.Tests.Kills;

/// <summary>A real server process that is killed with SIGKILL and started again on the same data.</summary>
public sealed class KillTarget : IAsyncDisposable
{
    public const string AdminToken = "berth_pat_administrator-of-the-kills";
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(2);
    private readonly Process _process;

    private KillTarget(Process process, Uri host, Uri registry, TimeSpan startTime) => (_process, Host, Registry, StartTime) = (process, host, registry, startTime);

    public Uri Host { get; }

    public Uri Registry { get; }

    /// <summary>From the start of the process until it says where it listens.</summary>
    public TimeSpan StartTime { get; }

    /// <summary>Starts a server and waits until it says where it listens.</summary>
    /// <param name="program">The server's assembly, or its executable.</param>
    /// <param name="data">The data folder.</param>
    /// <param name="database">The database.</param>
    /// <param name="arguments">The server's own.</param>
    public static Task<KillTarget> StartAsync(string program, string data, string database, params IEnumerable<string> arguments) =>
        StartUnderAsync([], program, data, database, arguments);

    /// <summary>The same, started by another program that becomes the server.</summary>
    /// <param name="starter">That program with its arguments; nothing to start the server itself.</param>
    /// <param name="program">The server's assembly, or its executable.</param>
    /// <param name="data">The data folder.</param>
    /// <param name="database">The database.</param>
    /// <param name="arguments">The server's own.</param>
    public static async Task<KillTarget> StartUnderAsync(IReadOnlyList<string> starter, string program, string data, string database, params IEnumerable<string> arguments)
    {
        string[] command = [.. starter, .. program.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", program] : (string[])[program], .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]);
        (start.WorkingDirectory, start.UseShellExecute, start.RedirectStandardOutput, start.RedirectStandardError) = (data, false, true, true);
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("BERTH_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        // An executable looks for its runtime by itself.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        start.Environment["BERTH_DATA_DIR"] = data;
        start.Environment["BERTH_DATABASE"] = database;
        start.Environment["BERTH_HOST_URLS"] = start.Environment["BERTH_REGISTRY_URLS"] = "http://127.0.0.1:0";
        start.Environment["BERTH_ADMIN_TOKEN"] = AdminToken;
        start.Environment["BERTH_RATE_LIMITS"] = "off";
        var clock = Stopwatch.StartNew();
        var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        using var over = new CancellationTokenSource(StartDeadline);
        Uri? host = null, registry = null;
        while (host is null || registry is null)
        {
            var line = await process.StandardOutput.ReadLineAsync(over.Token)
                ?? throw new InvalidOperationException($"The server did not start again: {await errors}");
            host ??= After(line, "Host: ");
            registry ??= After(line, "Registry: ");
        }

        _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        return new KillTarget(process, host, registry, clock.Elapsed);
    }

    public HttpClient Client(string token)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Host };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        client.DefaultRequestHeaders.Accept.ParseAdd("application/json, application/problem+json");
        return client;
    }

    public int Id => _process.Id;

    /// <summary>SIGKILL: nothing of the process runs any more.</summary>
    /// <param name="withItsChildren">Whether what it started is killed with it.</param>
    public async Task KillAsync(bool withItsChildren = true)
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: withItsChildren);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private static Uri? After(string line, string text) =>
        line.IndexOf(text, StringComparison.Ordinal) is >= 0 and var at && Uri.TryCreate(line[(at + text.Length)..].Trim(), UriKind.Absolute, out var uri) ? uri : null;
}
