using System.Diagnostics;

namespace Berth.Host.Dispatch;

/// <summary>The request's body, readable until the call is over.</summary>
internal sealed class CallRequestBody(CallRequest request) : Stream
{
    private int _reading;
    private long _waited;

    /// <summary>Whether a read is waiting for the client.</summary>
    public bool IsReading => Volatile.Read(ref _reading) != 0;

    /// <summary>How long reads have waited for the client.</summary>
    public TimeSpan Waited => Stopwatch.GetElapsedTime(0, Volatile.Read(ref _waited));

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var body = request.Host.Request.Body;
        var began = Stopwatch.GetTimestamp();
        Volatile.Write(ref _reading, 1);
        try
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
            Volatile.Write(ref _waited, _waited + Stopwatch.GetTimestamp() - began);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new InvalidOperationException("Synchronous reads are not allowed. Call ReadAsync instead.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
