namespace Berth.Host.Isolation.InProcess;

/// <summary>Collects until a load context is gone, or says that it is not.</summary>
internal static class UnloadVerification
{
    private const int Rounds = 5;

    // Tiered compilation works through what the last calls queued within about 100 ms, and holds the code until then. On a machine
    // without a processor to spare it takes longer (once in 1,100 reloads under full load), so each pause is twice the one before:
    // a version that is called leaked, and is not, would not be loaded again.
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(150);
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static long _collections;

    public static async Task<bool> WaitAsync(WeakReference context, TimeProvider time)
    {
        for (var round = 1; round <= Rounds; round++)
        {
            await CollectAsync();
            if (!context.IsAlive)
                return true;
            if (round < Rounds)
                await Task.Delay(FirstPause * (1 << (round - 1)), time);
        }

        return false;
    }

    // A collection of the whole heap serves all who unload at the same time: who waited while one started and ended after
    // they had asked does not ask for another. A host that stops with a thousand instances collects a few times, not thousands.
    private static async Task CollectAsync()
    {
        var asked = Interlocked.Read(ref _collections);
        await Gate.WaitAsync();
        try
        {
            if (Interlocked.Read(ref _collections) > asked)
                return;

            // Counted before it starts: whoever asks during it must not take it for theirs.
            Interlocked.Increment(ref _collections);

            // On a fresh stack of the pool: an old frame's slot would count as a reference.
            await Task.Run(Collect);
        }
        finally
        {
            Gate.Release();
        }
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
