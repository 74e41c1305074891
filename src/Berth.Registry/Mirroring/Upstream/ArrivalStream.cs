namespace Berth.Registry.Mirroring.Upstream;

/// <summary>The body of an upstream's answer: what is read from it goes into the spool as well, and a read that gets nothing for too long ends it.</summary>
internal sealed class ArrivalStream(Stream body, PackageArrival arrival, TimeSpan stallTimeLimit) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await NextAsync(buffer, cancellationToken);
        if (read > 0)
            await arrival.AddAsync(buffer[..read], cancellationToken);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("It is read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async ValueTask<int> NextAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(stallTimeLimit);
        try
        {
            return await body.ReadAsync(buffer, limited.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new UpstreamAwayException($"The upstream registry broke off after {arrival.Arrived} bytes.", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UpstreamAwayException($"The upstream registry sends nothing any more after {arrival.Arrived} bytes.", exception);
        }
    }
}
