namespace Berth.Host.Isolation.InProcess;

/// <summary>Collects until a load context is gone, or says that it is not.</summary>
internal static class UnloadVerification
{
    private const int Rounds = 3;

    // Tiered compilation works through what the last calls queued within about 100 ms, and holds the code until then.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    public static async Task<bool> WaitAsync(WeakReference context, TimeProvider time)
    {
        for (var round = 1; round <= Rounds; round++)
        {
            // On a thread of the pool with a fresh stack: an old frame's slot would count as a reference.
            await Task.Run(Collect);
            if (!context.IsAlive)
                return true;
            if (round < Rounds)
                await Task.Delay(Pause, time);
        }

        return false;
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
