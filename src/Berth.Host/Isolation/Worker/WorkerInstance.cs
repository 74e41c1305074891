using Berth.Host.Isolation.Worker.Processes;
using Berth.Host.Usage;

namespace Berth.Host.Isolation.Worker;

/// <summary>A worker that runs one version.</summary>
internal sealed class WorkerInstance(PluginVersionId id, WorkerProcess process, Action closed) : IAsyncDisposable
{
    private const long CountedFor = 1000;
    private const int LongestWords = 4000;

    private static readonly TimeSpan LongestSaying = TimeSpan.FromMilliseconds(500);

    // Of the .NET runtime and of Node.
    private static readonly string[] Causes = ["Unhandled exception", "Stack overflow", "Out of memory", "Fatal error", "FATAL ERROR", "out of memory"];

    private readonly Lock _counting = new();
    private WorkerFigures? _counted;
    private long _countedAt;
    private string? _endedBecause;
    private int _isDisposed;

    /// <summary>The process that was started; at some levels it is the one that made the isolation.</summary>
    public int ProcessId => process.Child.Id;

    public WorkerConnection Connection { get; } = new(process.Requests, process.Control, process.Streams);

    /// <summary>Ends when the process ends, for whatever reason.</summary>
    public Task<ChildExit> Exited => process.Child.Exited;

    /// <summary>The last lines that it wrote to its standard error.</summary>
    public IReadOnlyList<string> LastErrors => process.Child.Errors.Lines;

    /// <summary>What it used within the last second; <see langword="null"/> when nobody can count it, and once it has ended.</summary>
    public WorkerFigures? Figures
    {
        get
        {
            lock (_counting)
            {
                if (Exited.IsCompleted)
                    return null;
                if (_counted is null || Environment.TickCount64 - _countedAt >= CountedFor)
                    Count();
                return _counted;
            }
        }
    }

    /// <summary>Whether the kernel ended it, or a part of it, because it had no more memory, or its runtime ended for that; also after its end, until it is taken away.</summary>
    public bool IsEndedForMemory => process.Command.Figures?.Invoke() is { OutOfMemoryKills: > 0 } || (Exited.IsCompletedSuccessfully && MemoryEnd.IsToldBy(Exited.Result, LastErrors));

    /// <summary>Ends it when its temporary folder holds more than it may; returns whether it did.</summary>
    public bool EndIfDiskIsExceeded()
    {
        if (process.Command.Quota is not { } quota || Exited.IsCompleted || _endedBecause is not null || !quota.IsExceeded())
            return false;
        _endedBecause = $", ended by the host because its temporary folder held more than {quota.Most} bytes";
        Kill();
        return true;
    }

    /// <summary>How it ended; nothing that it said.</summary>
    public string DescribeEnd()
    {
        var how = Exited is { IsCompletedSuccessfully: true, Result: var exit } ? exit.ToString() : "an unknown end";
        var memory = IsEndedForMemory ? ", ended for want of memory" : "";
        return $"its worker process ended with {how}{memory}{_endedBecause}.";
    }

    /// <summary>
    /// What it said last on its standard error, for administrators: lines of one call may be about the user of another.
    /// <see langword="null"/> when it said nothing.
    /// </summary>
    public string? LastWords()
    {
        var lines = LastErrors;
        if (lines.Count == 0)
            return null;
        var words = string.Join(" | ", lines);
        if (words.Length <= LongestWords)
            return words;
        // A long trace hides what it is of: the runtime says that first.
        var from = lines.ToList().FindIndex(line => Array.Exists(Causes, cause => line.Contains(cause, StringComparison.Ordinal)));
        if (from < 0)
            return words[^LongestWords..];
        var rest = string.Join(" | ", lines.Skip(from));
        return rest[..Math.Min(rest.Length, LongestWords)];
    }

    /// <summary>Ends when all that it said was read, or soon after its end: what it started may hold its standard error open.</summary>
    public Task SaidAllAsync() => Task.WhenAny(process.Child.Errors.Ended, Task.Delay(LongestSaying));

    /// <summary>Told when it serves: what its level gave it for the start ends.</summary>
    public void HasStarted() => process.Command.Ready?.Invoke();

    /// <summary>Ends it at once.</summary>
    public void Kill() => process.Child.Kill();

    /// <summary>Tells it to end, ends it when it does not, and takes away what was made for it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await process.EndAsync();
        lock (_counting)
            Count();
        closed();
        Connection.Dispose();
        await process.DisposeAsync();
    }

    // What it used goes to its version's account bit by bit, so that the sum only ever grows, whatever ends meanwhile.
    private void Count()
    {
        if ((process.Command.Figures?.Invoke() ?? ProcessTree.FiguresOf(process.Child.Id)) is not { } now)
            return;
        // A container's own counts begin anew where its engine's were counted before it was there.
        var more = now.ProcessorTime - (_counted?.ProcessorTime ?? TimeSpan.Zero);
        InstanceUsage.Of(id).AddWorker(more > TimeSpan.Zero ? more : TimeSpan.Zero);
        (_counted, _countedAt) = (now, Environment.TickCount64);
    }
}
