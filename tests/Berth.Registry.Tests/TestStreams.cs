namespace Berth.Registry.Tests;

/// <summary>A body that never ends.</summary>
public sealed class EndlessStream : ReadOnlyStream
{
    public override int Read(byte[] buffer, int offset, int count) => count;
}

/// <summary>A body whose sender goes away in the middle.</summary>
public sealed class BrokenStream(byte[] content) : ReadOnlyStream
{
    private bool _sent;

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_sent)
            throw new IOException("The sender went away.");

        _sent = true;
        content.AsSpan(0, content.Length / 2).CopyTo(buffer.AsSpan(offset));
        return content.Length / 2;
    }
}

/// <summary>What a request body can do: be read once.</summary>
public abstract class ReadOnlyStream : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
