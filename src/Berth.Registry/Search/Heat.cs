namespace Berth.Registry.Search;

/// <summary>
/// Recent downloads as one number. A download counts one on its day and half as much every ten days later, so that one of a
/// month ago counts an eighth. The sum shrinks for all plugins alike; kept is therefore its binary logarithm minus what time
/// has taken since the first day of the calendar: that number grows with downloads only, compares plugins at any time, and
/// needs no daily work.
/// </summary>
internal static class Heat
{
    /// <summary>Days after which a download counts half.</summary>
    public const double HalfLife = 10;

    /// <summary>No download yet.</summary>
    public const long None = 0;

    private const double Unit = 1e9;

    /// <summary>The heat after downloads on a day (<see cref="DateOnly.DayNumber"/>).</summary>
    public static long Add(long heat, int day, long count)
    {
        if (count <= 0)
            return heat;
        // The larger of both carries the sum, so that nothing overflows however far the days lie apart.
        var more = Math.Log2(count) + (day / HalfLife);
        var before = heat == None ? double.NegativeInfinity : heat / Unit;
        var (large, small) = more > before ? (more, before) : (before, more);
        return (long)Math.Round((large + Math.Log2(1 + Math.Pow(2, small - large))) * Unit);
    }

    /// <summary>Recent downloads as of a day.</summary>
    public static double On(long heat, int day) => heat == None ? 0 : Math.Pow(2, (heat / Unit) - (day / HalfLife));
}
