using System.Security.Cryptography;

namespace Berth.Lifecycle.Webhooks;

/// <summary>
/// When to try again. A delivery has eight attempts over about nine hours; a receiver that fails again and again is left
/// alone in between, however many deliveries wait for it.
/// </summary>
internal static class RetryPlan
{
    /// <summary>How long a receiver can ask to be left alone.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(6);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestOwnPause = TimeSpan.FromMinutes(5);
    private const int FailuresBeforePause = 3;

    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10),
        TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(6),
    ];

    /// <summary>How often a delivery is tried.</summary>
    public static int Attempts => Waits.Length + 1;

    /// <summary>How long a delivery waits after so many attempts; <see langword="null"/> when there is none left.</summary>
    public static TimeSpan? After(long attempts, TimeSpan? asked) => attempts >= Attempts ? null
        : Longer(Jittered(Waits[attempts - 1]), asked);

    /// <summary>How long nothing at all is sent to a receiver after so many failures in a row; <see langword="null"/> for no pause.</summary>
    public static TimeSpan? Pause(long failures, TimeSpan? asked)
    {
        if (asked is not null)
            return Longer(TimeSpan.Zero, asked);
        if (failures < FailuresBeforePause)
            return null;
        var pause = FirstPause * Math.Pow(2, Math.Min(failures - FailuresBeforePause, 16));
        return pause < LongestOwnPause ? pause : LongestOwnPause;
    }

    private static TimeSpan Longer(TimeSpan own, TimeSpan? asked) =>
        asked is { } wait && wait > own ? wait < LongestPause ? wait : LongestPause : own;

    /// <summary>Up to a quarter longer, so that what failed together does not come back together.</summary>
    private static TimeSpan Jittered(TimeSpan wait) => wait * (1 + (RandomNumberGenerator.GetInt32(0, 250) / 1000.0));
}
