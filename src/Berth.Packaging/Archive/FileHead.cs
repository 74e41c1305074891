namespace Berth.Packaging.Archive;

/// <summary>Keeps the first bytes of what is written to it and counts the rest. One buffer serves all files of a pass.</summary>
internal sealed class FileHead(int maxBytes) : Stream
{
    private byte[] _bytes = new byte[Math.Min(maxBytes, 64 * 1024)];
    private long _written;

    /// <summary>What was kept; valid until the next write or clearing.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, (int)Math.Min(_written, maxBytes));

    /// <summary>Whether nothing had to be left out.</summary>
    public bool IsWhole => _written <= maxBytes;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _written;

    public override long Position
    {
        get => _written;
        set => throw new NotSupportedException();
    }

    /// <summary>Makes it empty.</summary>
    public void Clear() => _written = 0;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var kept = (int)Math.Min(_written, maxBytes);
        var taken = Math.Min(buffer.Length, maxBytes - kept);
        if (kept + taken > _bytes.Length)
            Array.Resize(ref _bytes, (int)Math.Min(maxBytes, Math.Max(kept + taken, 2L * _bytes.Length)));
        buffer[..taken].CopyTo(_bytes.AsSpan(kept));
        _written += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
