namespace Berth.Fuzz;

/// <summary>
/// Which ways through the instrumented code one input took. Called from every basic block of the copy that is fuzzed; public
/// because that copy is another assembly. One input at a time.
/// </summary>
public static class Edges
{
    private const int Size = 1 << 16;
    private static readonly byte[] Taken = new byte[Size];
    private static readonly byte[] Known = new byte[Size];
    private static int _before;

    /// <summary>Edges that some input has taken, each in up to eight classes of how often.</summary>
    public static int KnownCount { get; private set; }

    /// <summary>A basic block begins. An edge is the pair of this block and the one before.</summary>
    public static void Hit(int block)
    {
        ref var count = ref Taken[(block ^ (_before >> 1)) & (Size - 1)];
        if (count < byte.MaxValue)
            count++;
        _before = block;
    }

    /// <summary>Forgets the last input.</summary>
    internal static void Clear()
    {
        Array.Clear(Taken);
        _before = 0;
    }

    /// <summary>Whether the last input took a way that none before it took, or took one much more often.</summary>
    internal static bool TakeNew()
    {
        var isNew = false;
        for (var i = 0; i < Size; i++)
        {
            if (Taken[i] == 0)
                continue;
            var bit = (byte)(1 << Class(Taken[i]));
            if ((Known[i] & bit) != 0)
                continue;
            Known[i] |= bit;
            KnownCount++;
            isNew = true;
        }

        return isNew;
    }

    private static int Class(byte count) => count switch { 1 => 0, 2 => 1, 3 => 2, < 8 => 3, < 16 => 4, < 32 => 5, < 128 => 6, _ => 7 };
}
