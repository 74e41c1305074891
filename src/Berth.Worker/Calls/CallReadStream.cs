namespace Berth.Worker.Calls;

/// <summary>What is read for a call, from beginning to end, the same in a worker and in the host's process: out of reach when the call is over, and closed then.</summary>
internal sealed class CallReadStream : Stream
{
    private readonly Stream _inner;
    private readonly CancellationToken _ending;
    private readonly CancellationTokenRegistration _end;

    public CallReadStream(Stream inner, CancellationToken ending)
    {
        (_inner, _ending) = (inner, ending);
        _end = ending.UnsafeRegister(static stream => ((Stream)stream!).Dispose(), inner);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        _ending.ThrowIfCancellationRequested();
        return _inner.Read(buffer, offset, count);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _ending.ThrowIfCancellationRequested();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ending);
        return await _inner.ReadAsync(buffer, linked.Token);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _end.Dispose();
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
