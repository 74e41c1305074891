using System.Buffers;
using System.IO.Pipelines;

namespace Berth.Host.Isolation.Network;

/// <summary>Reads the head of what a worker sends to its proxy, no further than it goes.</summary>
internal static class ProxyHead
{
    /// <summary>
    /// The head of a <c>CONNECT</c> with its empty line, taken off the pipe. When it is another request, nothing is taken and the
    /// head is empty; when it has no end in time, it is <see langword="null"/>.
    /// </summary>
    public static async Task<(byte[]? Head, bool IsPlain, bool IsEnd)> ReadAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            if (!MayBeConnect(buffer))
            {
                // Nothing is examined, so that the next reader sees what is here already.
                input.AdvanceTo(buffer.Start);
                return ([], true, false);
            }

            if (EndOf(buffer) is { } end)
            {
                var head = buffer.Slice(0, end).ToArray();
                input.AdvanceTo(buffer.GetPosition(end));
                return (head, false, false);
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (buffer.Length > ConnectRequest.MostBytes)
                return (null, false, false);
            if (read.IsCompleted)
                return (null, false, true);
        }
    }

    private static bool MayBeConnect(ReadOnlySequence<byte> buffer)
    {
        var length = (int)Math.Min(buffer.Length, ConnectRequest.Beginning.Length);
        Span<byte> beginning = stackalloc byte[length];
        buffer.Slice(0, length).CopyTo(beginning);
        return beginning.SequenceEqual(ConnectRequest.Beginning[..length]);
    }

    private static long? EndOf(ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        return reader.TryReadTo(out ReadOnlySequence<byte> _, "\r\n\r\n"u8) && reader.Consumed <= ConnectRequest.MostBytes ? reader.Consumed : null;
    }
}
