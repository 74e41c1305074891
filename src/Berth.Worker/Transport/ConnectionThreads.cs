using System.Collections.Concurrent;

namespace Berth.Worker.Transport;

/// <summary>
/// The threads that read a connection each, how many there may be, and the watch over those that are inside of the plugin's code.
/// Safe for concurrent use.
/// </summary>
/// <remarks>
/// A thread that waits for its own connection is woken once by a request. Over the socket engine and the thread pool it is two
/// threads, and each that sleeps has to be woken by another one: on a machine whose processors are busy that is most of what a call costs.
/// </remarks>
internal sealed class ConnectionThreads : IDisposable
{
    /// <summary>More connections than that share the thread pool.</summary>
    public const int Most = 16;

    // A call that returns sooner needs no watch: its own thread sees for itself what became of the connection.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<ThreadedConnection, byte> _connections = new();
    private readonly Timer _watch;
    private int _allowed = Most;
    private int _running;
    private bool _isWatching;

    public ConnectionThreads() => _watch = new Timer(static threads => ((ConnectionThreads)threads!).Look(), this, Timeout.Infinite, Timeout.Infinite);

    /// <summary>How many run.</summary>
    public int Count => Volatile.Read(ref _running);

    /// <summary>An eighth of the threads and processes that the plugin may have: the others are for what it does.</summary>
    public void Limit(long? processes) => Volatile.Write(ref _allowed, (int)Math.Min(Most, (processes ?? long.MaxValue) / 8));

    /// <summary>Starts a thread for a connection.</summary>
    /// <returns>Whether there is one. If not, nothing has happened.</returns>
    public bool TryStart(ThreadedConnection connection, Action run)
    {
        if (Interlocked.Increment(ref _running) > Volatile.Read(ref _allowed))
        {
            Interlocked.Decrement(ref _running);
            return false;
        }

        _connections[connection] = 0;
        try
        {
            new Thread(() =>
            {
                try
                {
                    run();
                }
                finally
                {
                    Forget(connection);
                }
            })
            { IsBackground = true, Name = "connection" }.UnsafeStart();
            return true;
        }
        catch (OutOfMemoryException)
        {
            // What the system says when this process may have no more threads.
            Forget(connection);
            return false;
        }
    }

    /// <summary>Has the connections looked at, as long as one of them is inside of the plugin's code.</summary>
    public void Watch()
    {
        // The caller's own note comes first, for whoever is about to stop looking.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isWatching))
            return;
        Volatile.Write(ref _isWatching, true);
        _watch.Change(Interval, Interval);
    }

    public void Dispose() => _watch.Dispose();

    private void Look()
    {
        if (LookAtAll())
            return;
        // In this order: a call that begins meanwhile sets the timer again after it was stopped here, or is found by the look below.
        _watch.Change(Timeout.Infinite, Timeout.Infinite);
        Volatile.Write(ref _isWatching, false);
        Interlocked.MemoryBarrier();
        if (LookAtAll())
            Watch();
    }

    private bool LookAtAll()
    {
        var isAnyInside = false;
        foreach (var (connection, _) in _connections)
        {
            if (!connection.IsInside)
                continue;
            isAnyInside = true;
            connection.CloseIfGone();
        }

        return isAnyInside;
    }

    private void Forget(ThreadedConnection connection)
    {
        _connections.TryRemove(connection, out _);
        Interlocked.Decrement(ref _running);
    }
}
