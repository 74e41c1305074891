namespace Berth.Lifecycle.Operations;

/// <summary>Lets one at a time through for each key. A key that nobody waits for takes no memory.</summary>
internal sealed class KeyedGate
{
    private readonly Dictionary<string, Waiters> _keys = new(StringComparer.Ordinal);

    public async ValueTask<Pass> EnterAsync(string key, CancellationToken cancellationToken)
    {
        Waiters waiters;
        lock (_keys)
        {
            if (!_keys.TryGetValue(key, out waiters!))
                _keys.Add(key, waiters = new Waiters());
            waiters.Count++;
        }

        try
        {
            await waiters.Gate.WaitAsync(cancellationToken);
        }
        catch
        {
            Leave(key, waiters);
            throw;
        }

        return new Pass(this, key, waiters);
    }

    private void Leave(string key, Waiters waiters)
    {
        lock (_keys)
        {
            if (--waiters.Count > 0)
                return;
            _keys.Remove(key);
        }

        waiters.Gate.Dispose();
    }

    internal sealed class Waiters
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public int Count { get; set; }
    }

    /// <summary>The right to be inside; disposing it lets the next one in.</summary>
    internal readonly struct Pass(KeyedGate owner, string key, Waiters waiters) : IDisposable
    {
        public void Dispose()
        {
            waiters.Gate.Release();
            owner.Leave(key, waiters);
        }
    }
}
