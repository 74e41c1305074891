using System.Diagnostics;

namespace Berth.Hostile.Tests.Range;

/// <summary>
/// What the host looks like before an attack, and what of it has changed for the worse after: that is how harm shows which the
/// attack does not tell of. What each attack cost is in the evidence, so that a bound can be held against it.
/// </summary>
internal sealed class Signs
{
    private const long Megabyte = 1 << 20;

    private readonly RangeHost _host;
    private readonly long _resident;
    private readonly int _threads = Threads();
    private readonly int _descriptors = ProcessTable.Descriptors();
    private readonly int _processes = ProcessTable.Count();
    private readonly long _others = ProcessTable.MemoryOfOthers();
    private readonly long _disk = Disk();
    private readonly long _lines;
    private readonly int _signals;
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly TimeSpan _processor = Environment.CpuUsage.TotalTime;
    private readonly SortedDictionary<string, long> _most = new(StringComparer.Ordinal);

    public Signs(RangeHost host)
    {
        _host = host;
        _lines = host.Log.Lines;
        _signals = host.Signals;
        ProcessTable.ForgetPeak();
        _resident = ProcessTable.Resident();
    }

    /// <summary>What the host notices; empty when it is well.</summary>
    /// <param name="processes">How many processes more there may be.</param>
    public async Task<IReadOnlyList<string>> LookAsync(int processes)
    {
        var found = new List<string>();
        void Grew(string key, long by, long most, string what)
        {
            _most[key] = Math.Max(by, _most.GetValueOrDefault(key));
            if (by > most)
                found.Add($"{what} ({by})");
        }

        // What one worker may take, and what calling a harmless plugin costs the host, is below these.
        Grew("memory", (ProcessTable.Peak() - _resident) / Megabyte, 128, "MB more in the host's own memory");
        Grew("threads", Threads() - _threads, 25, "threads more in the host");
        // Two plugins that call each other have 256 connections to the broker each, and as many lead to them.
        Grew("files", ProcessTable.Descriptors() - _descriptors, 1100, "files more are open in the host");
        Grew("processes", ProcessTable.Count() - _processes, processes, "processes more on the machine");
        Grew("memory elsewhere", (ProcessTable.MemoryOfOthers() - _others) / Megabyte, 450, "MB more in the machine's memory");
        Grew("disk", (Disk() - _disk) / Megabyte, 100, "MB more on the machine's disk");
        Grew("log", _host.Log.Lines - _lines, 20_000, "lines more in the host's log");
        Grew("signals", _host.Signals - _signals, 0, "signals came to the host");
        var processor = Environment.CpuUsage.TotalTime - _processor;
        // What runs in the host's process burns the host's processor; elsewhere its share is another process's.
        var isBurned = _host.Level == Levels.None && processor > Stopwatch.GetElapsedTime(_began) / 2;
        Grew("processor", (long)processor.TotalMilliseconds, isBurned ? 1500 : long.MaxValue, "ms of the host's own processor");
        if (!File.Exists(_host.Target.Database) || await File.ReadAllTextAsync(_host.Target.Database) != _host.Secret)
            found.Add("the host's database has changed");
        foreach (var folder in _host.Target.SharedFolders)
        {
            var file = Path.Combine(folder, _host.Secret);
            if (File.Exists(file))
            {
                found.Add($"a file was left in {folder}");
                File.Delete(file);
            }
        }

        if (!FinalizersRun())
            found.Add("the host's finalizers do not run any more");
        return found;
    }

    /// <summary>What it cost.</summary>
    public override string ToString() => string.Join(", ", _most.Where(pair => pair.Value > 0).Select(pair => $"{pair.Key} {pair.Value}"));

    /// <summary>All but those that the thread pool starts at once whenever there is work for them: up to its minimum, they are no attack's.</summary>
    private static int Threads()
    {
        ThreadPool.GetMinThreads(out var atOnce, out _);
        return ProcessTable.Threads() - Math.Min(ThreadPool.ThreadCount, atOnce);
    }

    private static long Disk() => new[] { "/tmp", "/var/tmp", "/dev/shm", "/run" }.Sum(path =>
    {
        var drive = new DriveInfo(path);
        return drive.TotalSize - drive.TotalFreeSpace;
    });

    private static bool FinalizersRun()
    {
        var ran = new ManualResetEventSlim();
        Make(ran);
        GC.Collect();
        return ran.Wait(TimeSpan.FromSeconds(3));
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Make(ManualResetEventSlim ran) => _ = new Last(ran);

    private sealed class Last(ManualResetEventSlim ran)
    {
        // Whether finalizers still run is what is asked.
#pragma warning disable MA0055
        ~Last() => ran.Set();
#pragma warning restore MA0055
    }
}
