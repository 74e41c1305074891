using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Berth.Lifecycle.Operations.Log;

/// <summary>
/// Tells watchers in this process that an operation has changed. The row is the truth; this only says when to look, so a
/// watcher holds one bit at most, however slowly it reads.
/// </summary>
internal sealed class OperationChanges
{
    private readonly ConcurrentDictionary<string, Watch[]> _watchers = new(StringComparer.Ordinal);

    /// <summary>The operation has changed, and the change is committed.</summary>
    public void Changed(string operationId)
    {
        if (!_watchers.IsEmpty && _watchers.TryGetValue(operationId, out var watchers))
        {
            foreach (var watch in watchers)
                watch.Bell.Writer.TryWrite(true);
        }
    }

    /// <summary>Begins to listen. Look at the row after this, not before.</summary>
    public Watch Listen(string operationId)
    {
        var watch = new Watch(this, operationId);
        _watchers.AddOrUpdate(operationId, _ => [watch], (_, others) => [.. others, watch]);
        return watch;
    }

    private void Leave(Watch watch)
    {
        while (_watchers.TryGetValue(watch.OperationId, out var all))
        {
            Watch[] others = [.. all.Where(other => other != watch)];
            if (others.Length == 0
                ? _watchers.TryRemove(KeyValuePair.Create(watch.OperationId, all))
                : _watchers.TryUpdate(watch.OperationId, others, all))
            {
                return;
            }
        }
    }

    internal sealed class Watch(OperationChanges owner, string operationId) : IDisposable
    {
        public string OperationId => operationId;

        public Channel<bool> Bell { get; } = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

        /// <summary>Returns when it rings, and after a time at most.</summary>
        public async Task RingsAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
        {
            using var over = new CancellationTokenSource(atMost, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
            try
            {
                await Bell.Reader.ReadAsync(either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // It did not ring; the watcher looks all the same.
            }
        }

        public void Dispose() => owner.Leave(this);
    }
}
