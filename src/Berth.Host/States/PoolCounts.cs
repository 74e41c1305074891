namespace Berth.Host.States;

/// <summary>What all versions did since the start.</summary>
internal sealed class PoolCounts
{
    private long _created;
    private long _retired;
    private long _leaked;
    private long _failed;

    public void AddCreated() => Interlocked.Increment(ref _created);

    public void AddRetired() => Interlocked.Increment(ref _retired);

    public void AddLeaked() => Interlocked.Increment(ref _leaked);

    public void AddFailed() => Interlocked.Increment(ref _failed);

    public PoolStatistics ToStatistics(int active) => new(
        active, Interlocked.Read(ref _created), Interlocked.Read(ref _retired), Interlocked.Read(ref _leaked), Interlocked.Read(ref _failed));
}
