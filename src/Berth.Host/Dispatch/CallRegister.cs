namespace Berth.Host.Dispatch;

/// <summary>
/// Who waits for an end that is not his own, so that whoever brings another end finds all of them. Without a lock: each takes the first
/// empty place from where its thread begins to look, and empties it. There are as many places as have been needed at once.
/// </summary>
internal sealed class CallRegister<T>
    where T : class
{
    private readonly Block _first = new();

    /// <summary>From here on <see cref="All"/> has it, also one that begins at the same time and is preceded by a full fence.</summary>
    public Place Enter(T call)
    {
        for (var block = _first; ; block = block.NextOrNew())
        {
            if (block.TryEnter(call) is >= 0 and var index)
                return new Place(block, index);
        }
    }

    /// <summary>All that are in it now. Who comes or goes meanwhile may be among them or not.</summary>
    public IEnumerable<T> All()
    {
        for (var block = _first; block is not null; block = block.Next)
        {
            for (var i = 0; i < Block.Places; i++)
            {
                if (block.At(i) is { } call)
                    yield return call;
            }
        }
    }

    /// <summary>Where one is; by default nowhere.</summary>
    internal readonly record struct Place(Block? Block, int Index)
    {
        /// <summary>Takes it out; does nothing when it is out already.</summary>
        public void Leave(T call) => Block?.Leave(Index, call);
    }

    /// <summary>A number of places.</summary>
    internal sealed class Block
    {
        public const int Places = 32;

        // Threads begin a cache line apart.
        private const int Apart = 8;

        private readonly T?[] _places = new T?[Places];
        private Block? _next;

        public Block? Next => Volatile.Read(ref _next);

        public T? At(int index) => Volatile.Read(ref _places[index]);

        public int TryEnter(T call)
        {
            var begin = Environment.CurrentManagedThreadId * Apart;
            for (var i = 0; i < Places; i++)
            {
                var index = (begin + i) % Places;
                if (_places[index] is null && Interlocked.CompareExchange(ref _places[index], call, null) is null)
                    return index;
            }

            return -1;
        }

        // The place may be another's by now.
        public void Leave(int index, T call) => Interlocked.CompareExchange(ref _places[index], null, call);

        public Block NextOrNew()
        {
            if (Next is { } next)
                return next;
            var made = new Block();
            return Interlocked.CompareExchange(ref _next, made, null) ?? made;
        }
    }
}
