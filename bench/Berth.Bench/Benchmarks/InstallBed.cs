using Berth.Bench.Material;
using Berth.Bench.Peers;
using Berth.Bench.Results;
using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Server;
using Berth.Server.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Berth.Bench.Benchmarks;

/// <summary>A database in which a number of users have the plugin already, and a copy of it for the peer.</summary>
internal sealed class InstallBed : IAsyncDisposable
{
    public const string Slug = "Board";
    public const string Version = "1.0.0";
    private readonly string[] _waiting;
    private readonly BareSqlite? _peer;
    private BerthServer? _server;
    private int _taken;

    private InstallBed(string folder, BareSqlite? peer, string[] installed, string[] waiting)
    {
        Folder = folder;
        _peer = peer;
        Installed = installed;
        _waiting = waiting;
    }

    public string Folder { get; }

    /// <summary>Users who have the plugin, all but the first.</summary>
    public IReadOnlyList<string> Installed { get; }

    public BareSqlite Peer => _peer ?? throw new InvalidOperationException("The bed was prepared without a peer.");

    /// <summary>Publishes the plugin, installs it once, and copies what that wrote for as many users as wanted.</summary>
    /// <param name="withPeer">Whether a copy of the database is made for the peer.</param>
    public static async Task<InstallBed> PrepareAsync(BenchRun run, byte[] package, int installed, int waiting, bool withPeer = true)
    {
        BenchRun.Say($"  preparing {installed:#,0} installations …");
        var folder = run.NewFolder($"installed-{installed}");
        string template;
        using (var server = await ServerProcess.StartAsync(folder))
        {
            await server.Client.PublishAsync(package);
            var user = (await server.Client.CreateUsersAsync(1))[0];
            await server.Client.InstallAsync(user, Slug, Version);
            template = user.Id;
            // In order: after a kill the next start would write the recovery records of a million copied installations.
            server.Process.End();
        }

        // Opening it once chooses the SQLite library, the same for both sides.
        await using (await Databases.OpenAsync("sqlite", folder))
        {
        }

        var (have, spare) = (Crowd.Ids(installed - 1), Crowd.Ids(waiting));
        var copy = Path.Combine(run.NewFolder("peer"), "peer.db");
        IReadOnlyList<RowTemplate> rows;
        using (var connection = BareSqlite.Open(Path.Combine(folder, Databases.FileName)))
        {
            rows = RowTemplate.OfInstallation(connection, template);
            using var writer = new RowWriter(connection, rows, template);
            Crowd.Fill(connection, writer, have, spare);
        }

        if (!withPeer)
            return new InstallBed(folder, null, have, spare);
        File.Copy(Path.Combine(folder, Databases.FileName), copy);
        return new InstallBed(folder, new BareSqlite(copy, rows, template), have, spare);
    }

    /// <summary>Starts the server's parts in this process.</summary>
    public async Task OpenAsync() => _server ??= await BerthServer.StartAsync(
        new BerthSettings { DataDirectory = Folder, HostUrls = ["http://127.0.0.1:0"], RegistryUrls = ["http://127.0.0.1:0"], AdminToken = ServerProcess.AdminToken, RateLimits = false },
        builder => builder.Logging.SetMinimumLevel(LogLevel.Error));

    public async Task CloseAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _server = null;
    }

    /// <summary>The same users for the peer, which has a database of its own.</summary>
    public IReadOnlyList<string> PeerUsers => _waiting;

    /// <summary>Users who have nothing yet.</summary>
    public string[] Take(int count)
    {
        _taken += count;
        return _waiting[(_taken - count).._taken];
    }

    public Task<Round> InstallAsync(string[] users)
    {
        var operations = _server!.Services.GetRequiredService<ILifecycleOperations>();
        return Callers.RunAsync(users, async id =>
        {
            var outcome = await operations.InstallAsync(new OperationCaller(id, $"bench-{id}", [], id), new InstallRequest(Slug, Version));
            if (outcome is not OperationOutcome.Done)
                throw new InvalidOperationException($"An install failed: {outcome}");
        });
    }

    public static Task<Round> InstallAsync(BerthClient client, string[] users) =>
        Callers.RunAsync(users, id => client.InstallAsync(new BenchUser(id, Crowd.TokenOf(id)), Slug, Version));

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _peer?.Dispose();
    }
}
