using System.Globalization;

namespace Berth.Host.Isolation.Worker.Processes;

/// <summary>Reads what a process and those below it use, from /proc.</summary>
internal static class ProcessTree
{
    private const long TicksPerSecond = 100;

    public static WorkerFigures? FiguresOf(int root)
    {
        long pages = 0, ticks = 0;
        var open = new Stack<int>([root]);
        var isSeen = false;
        while (open.TryPop(out var id))
        {
            if (ReadStat(id) is not { } stat)
                continue;
            isSeen = true;
            (pages, ticks) = (pages + stat.Pages, ticks + stat.Ticks);
            foreach (var child in ChildrenOf(id))
                open.Push(child);
        }

        return isSeen ? new WorkerFigures(pages * Environment.SystemPageSize, TimeSpan.FromSeconds((double)ticks / TicksPerSecond), 0) : null;
    }

    /// <summary>The process that started it, or took it over; <see langword="null"/> when there is no such process.</summary>
    public static int? ParentOf(int id) => ReadStat(id)?.Parent;

    private static (int Parent, long Pages, long Ticks)? ReadStat(int id)
    {
        try
        {
            // After the name, which is in parentheses and may hold anything: state is field 3, ppid 4, utime 14, stime 15, rss 24. See proc(5).
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return ((int)Number(fields[1]), Number(fields[21]), Number(fields[11]) + Number(fields[12]));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    private static IEnumerable<int> ChildrenOf(int id)
    {
        string text;
        try
        {
            text = File.ReadAllText($"/proc/{id}/task/{id}/children");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }

        return text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => (int)Number(number));
    }

    private static long Number(string text) => long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
