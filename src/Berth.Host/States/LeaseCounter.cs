namespace Berth.Host.States;

/// <summary>
/// Counts the leases of one running instance without a lock. The count and the closed mark share one integer, so that
/// "the last lease was given back" and "nobody may take another" are decided by a single atomic step.
/// </summary>
internal sealed class LeaseCounter
{
    // A closed counter counts from here: any number of leases keeps it negative.
    private const int Closed = int.MinValue;

    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    /// <summary>Leases held.</summary>
    public int Count
    {
        get
        {
            var count = Volatile.Read(ref _count);
            return count < 0 ? count - Closed : count;
        }
    }

    /// <summary>Completes when the counter is closed and no lease is held.</summary>
    public Task Drained => _drained.Task;

    /// <summary>Takes a lease unless closed.</summary>
    public bool TryAcquire()
    {
        if (Interlocked.Increment(ref _count) > 0)
            return true;

        // Closed. The increment is taken back like a lease: if it hid the true last release from its owner, this one
        // sees the closed value instead and reports the drain.
        Release();
        return false;
    }

    /// <summary>Takes another lease for somebody who holds one already; works on a closed counter too.</summary>
    public void Add() => Interlocked.Increment(ref _count);

    /// <summary>Gives a lease back.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _count) == Closed)
            _drained.TrySetResult();
    }

    /// <summary>
    /// Closes if no lease is held. The race with <see cref="TryAcquire"/> is closed by the exchange: either it sees the
    /// new lease and gives up, or the acquirer sees the closed value and asks the pool for a new instance.
    /// </summary>
    public bool TryCloseIdle()
    {
        if (Interlocked.CompareExchange(ref _count, Closed, 0) != 0)
            return false;
        _drained.TrySetResult();
        return true;
    }

    /// <summary>Closes at once; held leases go on until given back. Call it only once, and not after <see cref="TryCloseIdle"/> succeeded.</summary>
    public void Close()
    {
        if (Interlocked.Add(ref _count, Closed) == Closed)
            _drained.TrySetResult();
    }
}
