using Berth.Host.Isolation.Worker.Processes;
using Berth.Host.Usage;

namespace Berth.Host.Isolation.Worker;

/// <summary>A worker that runs one version.</summary>
internal sealed class WorkerInstance(PluginVersionId id, WorkerProcess process, Action closed) : IAsyncDisposable
{
    private const long CountedFor = 1000;

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

    /// <summary>Whether the kernel ended it, or a part of it, because it had no more memory; also after its end, until it is taken away.</summary>
    public bool IsKilledForMemory => process.Command.Figures?.Invoke() is { OutOfMemoryKills: > 0 };

    /// <summary>Ends it when its temporary folder holds more than it may; returns whether it did.</summary>
    public bool EndIfDiskIsExceeded()
    {
        if (process.Command.Quota is not { } quota || Exited.IsCompleted || _endedBecause is not null || !quota.IsExceeded())
            return false;
        _endedBecause = $", ended by the host because its temporary folder held more than {quota.Most} bytes";
        Kill();
        return true;
    }

    /// <summary>How it ended, with the last that it said.</summary>
    public string DescribeEnd()
    {
        var how = Exited is { IsCompletedSuccessfully: true, Result: var exit } ? exit.ToString() : "an unknown end";
        var memory = IsKilledForMemory ? ", killed for want of memory" : "";
        var lines = LastErrors;
        return $"its worker process ended with {how}{memory}{_endedBecause}{(lines.Count == 0 ? "." : $": {string.Join(" | ", lines.TakeLast(5))}")}";
    }

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
