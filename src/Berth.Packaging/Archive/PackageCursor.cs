using System.Buffers;
using System.Security.Cryptography;

namespace Berth.Packaging.Archive;

/// <summary>Reads a package's bytes once, in order, through one pooled buffer, and digests all of them on the way.</summary>
internal sealed class PackageCursor : IDisposable
{
    private readonly Stream _stream;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private readonly IncrementalHash? _digest;
    private int _start;
    private int _end;

    public PackageCursor(Stream stream, long position, bool digest)
    {
        _stream = stream;
        _stream.Position = position;
        _digest = digest ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    }

    /// <summary>Bytes that came out of the stream so far.</summary>
    public long Received { get; private set; }

    /// <summary>Up to <paramref name="count"/> bytes, at least one unless the stream has ended. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Next(long count)
    {
        if (_start == _end)
        {
            _start = 0;
            _end = _stream.Read(_buffer);
            Received += _end;
            _digest?.AppendData(_buffer, 0, _end);
        }

        var taken = (int)Math.Min(count, _end - _start);
        _start += taken;
        return _buffer.AsSpan(_start - taken, taken);
    }

    /// <summary>Fills <paramref name="destination"/>.</summary>
    /// <exception cref="EndOfStreamException">The stream is shorter than it said when it was opened.</exception>
    public void ReadExactly(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var bytes = Next(destination.Length);
            if (bytes.IsEmpty)
            {
                throw new EndOfStreamException("The package became shorter while it was read.");
            }

            bytes.CopyTo(destination);
            destination = destination[bytes.Length..];
        }
    }

    /// <summary>Reads what is left; returns the SHA-256 of everything, in lower-case hexadecimal digits.</summary>
    public string DigestToEnd()
    {
        while (!Next(int.MaxValue).IsEmpty)
        {
        }

        return Convert.ToHexStringLower(_digest!.GetHashAndReset());
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _digest?.Dispose();
    }
}
