using Berth.Data.Sessions;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Nodes;

/// <summary>Reports every ten seconds that this node lives. A node that is silent for a day is forgotten.</summary>
internal sealed partial class NodeReports(IDatabase database, LifecycleOptions options, TimeProvider time, ILogger<NodeReports> logger)
    : PeriodicService(TimeSpan.FromSeconds(10), beginsAtOnce: true, time), INodes
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(35);
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    public async Task<IReadOnlyList<NodeEntry>> ListAsync(CancellationToken cancellationToken = default)
    {
        var now = Time.GetUtcNow();
        var rows = await database.ReadAsync(
            session => session.QueryAsync<NodeRow>("SELECT name, version, started_at, seen_at FROM node ORDER BY name"), cancellationToken);
        // This one answers, so it lives, whether or not its report is due.
        var others = rows.Where(row => !string.Equals(row.Name, options.NodeName, StringComparison.Ordinal)).Select(row => new NodeEntry(
            row.Name, row.Version, DateTimeOffset.FromUnixTimeMilliseconds(row.StartedAt), DateTimeOffset.FromUnixTimeMilliseconds(row.SeenAt),
            now - DateTimeOffset.FromUnixTimeMilliseconds(row.SeenAt) < Silence));
        return [new NodeEntry(options.NodeName, options.HostVersion, _startedAt, now, IsAlive: true), .. others];
    }

    protected override Task RunAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        var row = new
        {
            options.NodeName,
            options.HostVersion,
            started = _startedAt.ToUnixTimeMilliseconds(),
            seen = now.ToUnixTimeMilliseconds(),
            forgotten = (now - Forgotten).ToUnixTimeMilliseconds(),
        };
        return database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync(
                    """
                    INSERT INTO node (name, version, started_at, seen_at) VALUES (@NodeName, @HostVersion, @started, @seen)
                    ON CONFLICT (name) DO UPDATE SET version = excluded.version, started_at = excluded.started_at, seen_at = excluded.seen_at
                    """,
                    row);
                return await session.ExecuteAsync("DELETE FROM node WHERE seen_at < @forgotten", row);
            },
            cancellationToken);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Debug, Message = "The database is away; this node reports later")]
    protected override partial void LeftOut(Exception exception);

    private sealed record NodeRow(string Name, string Version, long StartedAt, long SeenAt);
}
