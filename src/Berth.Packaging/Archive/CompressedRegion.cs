namespace Berth.Packaging.Archive;

/// <summary>
/// An entry's compressed bytes as a stream for <see cref="System.IO.Compression.DeflateStream"/>, which itself says
/// neither that its data was cut off nor that bytes follow its end. The last byte is handed out alone: a decompressor
/// that ends before it has asked for that byte leaves bytes hidden, one that asks for more had too few.
/// </summary>
internal sealed class CompressedRegion(PackageCursor package, long length) : Stream
{
    private long _left = length;

    /// <summary>Whether the compressed data ended exactly where the region ends.</summary>
    public bool IsExactlyRead => _left == 0 && !WantedMore;

    public bool WantedMore { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        if (_left == 0)
        {
            WantedMore = true;
            return 0;
        }

        var bytes = package.Next(Math.Min(buffer.Length, _left > 1 ? _left - 1 : 1));
        bytes.CopyTo(buffer);
        _left -= bytes.Length;
        return bytes.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
