using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Berth.Server.Composition;

/// <summary>
/// The buffers between Berth and its connections: larger blocks than Kestrel's own of 4 KB, because what Berth mostly sends are
/// files and packages. An answer of 100 KB is then 4 pieces for the system instead of 26.
/// </summary>
public sealed class ConnectionBuffers : IMemoryPoolFactory<byte>
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockSize = 32 * 1024;

    /// <summary>Free blocks that are kept; what comes back beyond that is the collector's.</summary>
    public const int MostFree = 512;

    /// <summary>
    /// Bytes that may wait for a connection before whoever writes has to wait too: a package of common size goes out in one
    /// turn, and a client that reads slowly holds no more than this.
    /// </summary>
    public const int MostWaiting = 256 * 1024;

    /// <summary>A pool of such blocks.</summary>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new Pool();

    private sealed class Pool : MemoryPool<byte>
    {
        private readonly ConcurrentQueue<Block> _free = new();
        private int _freeCount;

        public override int MaxBufferSize => BlockSize;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
            if (!_free.TryDequeue(out var block))
                return new Block(this);
            Interlocked.Decrement(ref _freeCount);
            block.Take();
            return block;
        }

        public void Return(Block block)
        {
            if (Interlocked.Increment(ref _freeCount) <= MostFree)
                _free.Enqueue(block);
            else
                Interlocked.Decrement(ref _freeCount);
        }

        protected override void Dispose(bool disposing) => _free.Clear();
    }

    private sealed class Block(Pool pool) : IMemoryOwner<byte>
    {
        // Pinned for good: the system reads and writes it without pinning it each time.
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);
        private int _isFree;

        public Memory<byte> Memory => MemoryMarshal.CreateFromPinnedArray(_bytes, 0, _bytes.Length);

        public void Take() => Volatile.Write(ref _isFree, 0);

        public void Dispose()
        {
            // Two owners of one block would send each other's bytes.
            if (Interlocked.Exchange(ref _isFree, 1) != 0)
                throw new InvalidOperationException("A buffer was given back twice.");
            pool.Return(this);
        }
    }
}
