using System.IO.Pipelines;

namespace Berth.Host.Dispatch;

/// <summary>
/// Buffers what a plugin writes until it flushes. The memory is its own, never the server's pooled pages: a plugin that
/// writes on after its time would otherwise write into somebody else's response.
/// </summary>
internal sealed class CallResponseWriter(CallResponse response) : PipeWriter
{
    private const int SmallestBuffer = 1024;

    private byte[] _buffer = [];
    private int _length;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _length;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_length);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_length);
    }

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _buffer.Length - _length);
        _length += bytes;
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        await response.FlushAsync(cancellationToken);
        return default;
    }

    public override async ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (_length > 0)
            await SendAsync(cancellationToken);
        await response.WriteAsync(source, cancellationToken);
        return default;
    }

    /// <summary>Sends what is buffered.</summary>
    public async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        var length = _length;
        _length = 0;
        await response.WriteAsync(_buffer.AsMemory(0, length), cancellationToken);
    }

    public override void CancelPendingFlush()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }

    private void Reserve(int sizeHint)
    {
        var wanted = _length + Math.Max(sizeHint, 1);
        if (wanted <= _buffer.Length)
            return;
        var larger = GC.AllocateUninitializedArray<byte>(Math.Max(Math.Max(wanted, _buffer.Length * 2), SmallestBuffer));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        _buffer = larger;
    }
}
