using Berth.Data.Sessions;

namespace Berth.Registry.Keys.Countersigning;

/// <inheritdoc />
internal sealed class CountersignRuns(IDatabase database, CountersignSignal signal, TimeProvider time) : ICountersigning
{
    public Task<long> CountAsync(CancellationToken cancellationToken = default) => database.ReadAsync(CountersignRunRows.CountAsync, cancellationToken);

    public async Task<CountersignRun> StartAsync(string reason, string userId, CancellationToken cancellationToken = default)
    {
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        var id = await database.WriteAsync(session => CountersignRunRows.InsertAsync(session, reason, userId, at), cancellationToken);
        signal.Set();
        return await FindAsync(id, CancellationToken.None) ?? throw new InvalidOperationException($"The run {id} is gone.");
    }

    public Task<CountersignRun?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => CountersignRunRows.FindAsync(session, id), cancellationToken);

    public Task<IReadOnlyList<CountersignRun>> ListAsync(CancellationToken cancellationToken = default) => database.ReadAsync(CountersignRunRows.ListAsync, cancellationToken);
}
