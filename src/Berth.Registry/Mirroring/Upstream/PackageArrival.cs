using System.Buffers;
using System.Runtime.ExceptionServices;

namespace Berth.Registry.Mirroring.Upstream;

/// <summary>
/// A package on its way from upstream. What has come lies in a spool that all who ask read, each at its own pace. The end of it
/// is shown to nobody before the digest of the whole was found right: bytes that are not those promised never reach anybody as
/// a whole package.
/// </summary>
internal sealed class PackageArrival(long size) : IDisposable
{
    /// <summary>What is held back of the end. A package that is not larger is shown when it is in the store.</summary>
    internal const int HeldBack = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FileStream _spool = new(
        Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0, FileOptions.DeleteOnClose);
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _arrived;
    // The fetch is the first one.
    private int _holders = 1;

    /// <summary>How many bytes the whole has.</summary>
    public long Size => size;

    /// <summary>Whether the whole is in the store.</summary>
    public bool IsStored => _ended.Task.IsCompletedSuccessfully;

    /// <summary>How many bytes have come.</summary>
    public long Arrived => Interlocked.Read(ref _arrived);

    /// <summary>Keeps the spool for a reader; not when the last one has left it.</summary>
    public bool TryHold()
    {
        lock (_lock)
        {
            if (_holders == 0)
                return false;
            _holders++;
            return true;
        }
    }

    /// <summary>Whoever held it leaves it; the spool goes with the last one.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (--_holders > 0)
                return;
        }

        Dispose();
    }

    /// <summary>Called when the last one has left it.</summary>
    public void Dispose() => _spool.Dispose();

    /// <summary>The next bytes have come. Called by the fetch alone.</summary>
    public async ValueTask AddAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await RandomAccess.WriteAsync(_spool.SafeFileHandle, bytes, _arrived, cancellationToken);
        Change(() => Interlocked.Add(ref _arrived, bytes.Length));
    }

    /// <summary>The whole is in the store; or not, and why.</summary>
    public void End(Exception? fault)
    {
        Change(() =>
        {
            if (fault is null)
                _ended.TrySetResult();
            else
                _ended.TrySetException(fault);
        });
        // Nobody may be waiting for it.
        _ = _ended.Task.Exception;
        Leave();
    }

    /// <summary>Waits until there are bytes after a place that may be shown. Returns up to where.</summary>
    /// <exception cref="UpstreamAwayException">They do not come.</exception>
    public async ValueTask<long> ShownAfterAsync(long place, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task change;
            lock (_lock)
            {
                if (_ended.Task.Exception is { } fault)
                    throw Own(fault.InnerException!);
                var shown = _ended.Task.IsCompleted ? size : Math.Min(_arrived, size - HeldBack);
                if (shown > place)
                    return shown;
                change = _change.Task;
            }

            await change.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Writes the package to a reader, as it comes.</summary>
    /// <exception cref="UpstreamAwayException">The rest does not come, or is not what was promised.</exception>
    public async Task CopyToAsync(Stream target, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(HeldBack);
        try
        {
            for (long place = 0, shown = 0; place < size;)
            {
                if (shown <= place)
                    shown = await ShownAfterAsync(place, cancellationToken);
                var read = await RandomAccess.ReadAsync(_spool.SafeFileHandle, buffer.AsMemory(0, (int)Math.Min(buffer.Length, shown - place)), place, cancellationToken);
                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                place += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // One fault, thrown to many.
    private static Exception Own(Exception fault)
    {
        if (fault is UpstreamAwayException)
            return new UpstreamAwayException(fault.Message, fault);
        ExceptionDispatchInfo.Throw(fault);
        return fault;
    }

    private void Change(Action change)
    {
        TaskCompletionSource waiting;
        lock (_lock)
        {
            change();
            (waiting, _change) = (_change, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        waiting.SetResult();
    }
}
