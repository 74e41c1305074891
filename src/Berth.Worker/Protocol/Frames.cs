using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Berth.Worker.Protocol;

/// <summary>
/// A stream of items in the body of an answer: each its length (four bytes, big-endian) and its bytes; after the last one -1,
/// or -2 and the length and bytes of a <see cref="WorkerOutcome"/>. A body that ends without either was cut off.
/// </summary>
internal static class Frames
{
    /// <summary>Longest item, bytes.</summary>
    public const int Longest = 16 << 20;

    private const int End = -1;
    private const int Failed = -2;

    public static async Task WriteAllAsync(Stream body, IAsyncEnumerable<ReadOnlyMemory<byte>> items, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in items.WithCancellation(cancellationToken))
            {
                await WriteNumberAsync(body, item.Length, cancellationToken);
                await body.WriteAsync(item, cancellationToken);
                await body.FlushAsync(cancellationToken);
            }

            await WriteNumberAsync(body, End, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            var outcome = JsonSerializer.SerializeToUtf8Bytes(OutcomeMapping.Of(exception), ProtocolJson.Default.WorkerOutcome);
            await WriteNumberAsync(body, Failed, cancellationToken);
            await WriteNumberAsync(body, outcome.Length, cancellationToken);
            await body.WriteAsync(outcome, cancellationToken);
        }
    }

    /// <summary>Reads the items until the end.</summary>
    /// <exception cref="RemoteFailureException">The other end failed or was cut off; or what it threw, by <see cref="OutcomeMapping"/>.</exception>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync(Stream body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var length = await ReadNumberAsync(body, cancellationToken);
            if (length == End)
                yield break;
            if (length == Failed)
            {
                var outcome = await ReadItemAsync(body, await ReadNumberAsync(body, cancellationToken), cancellationToken);
                throw JsonSerializer.Deserialize(outcome.Span, ProtocolJson.Default.WorkerOutcome)!.ToException();
            }

            yield return await ReadItemAsync(body, length, cancellationToken);
        }
    }

    private static async Task WriteNumberAsync(Stream body, int number, CancellationToken cancellationToken)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        await body.WriteAsync(bytes, cancellationToken);
    }

    private static async Task<int> ReadNumberAsync(Stream body, CancellationToken cancellationToken)
    {
        var bytes = new byte[4];
        await FillAsync(body, bytes, cancellationToken);
        return BinaryPrimitives.ReadInt32BigEndian(bytes);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadItemAsync(Stream body, int length, CancellationToken cancellationToken)
    {
        if (length is < 0 or > Longest)
            throw new RemoteFailureException($"an item of {length} bytes was announced; at most {Longest} are read.");
        var bytes = new byte[length];
        await FillAsync(body, bytes, cancellationToken);
        return bytes;
    }

    private static async Task FillAsync(Stream body, byte[] bytes, CancellationToken cancellationToken)
    {
        try
        {
            await body.ReadExactlyAsync(bytes, cancellationToken);
        }
        catch (EndOfStreamException exception)
        {
            throw new RemoteFailureException($"the stream was cut off: {exception.Message}");
        }
    }
}
