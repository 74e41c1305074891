namespace Berth.Worker.Calls;

/// <summary>
/// Whether a plugin's calls may run on the thread that their request arrived on. A work item of its own for each call is the price of
/// answering in time for code that never gives its thread back; a plugin that has given it back quickly many times in a
/// row no longer pays it, until it holds a thread for long once.
/// </summary>
internal sealed class CallPace
{
    private const int QuickCallsNeeded = 64;
    private const int Never = int.MinValue;
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(50);
    private int _quickCalls;

    public bool IsInline => Volatile.Read(ref _quickCalls) >= QuickCallsNeeded;

    /// <summary>Takes note of how long a call held its thread before it returned or awaited.</summary>
    public void Note(TimeSpan held)
    {
        var seen = Volatile.Read(ref _quickCalls);
        if (seen == Never)
            return;
        if (held >= Slow || (held >= Quick && seen < QuickCallsNeeded))
            Interlocked.CompareExchange(ref _quickCalls, 0, seen);
        else if (seen < QuickCallsNeeded)
            Interlocked.CompareExchange(ref _quickCalls, seen + 1, seen);
    }

    /// <summary>A call held its request's thread past the time limit: never again.</summary>
    public void NeverInline() => Volatile.Write(ref _quickCalls, Never);
}
