namespace Berth.Bench.Peers;

/// <summary>Processor times from <c>/proc</c>.</summary>
internal static class ProcessTimes
{
    private const double TicksPerSecond = 100;

    /// <summary>User and system time of a process and of the processes it started.</summary>
    public static TimeSpan OfTree(int id)
    {
        var ticks = 0L;
        var waiting = new Queue<int>([id]);
        while (waiting.TryDequeue(out var next))
        {
            if (!File.Exists($"/proc/{next}/stat"))
                continue;
            // The name in parentheses may hold spaces; field 14 and 15 of the whole line are the times.
            var stat = File.ReadAllText($"/proc/{next}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            ticks += long.Parse(fields[11]) + long.Parse(fields[12]);
            foreach (var child in ProcessTree.ChildrenOf(next))
                waiting.Enqueue(child);
        }

        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }
}
