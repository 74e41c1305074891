using Berth.Host.Isolation.Worker;

namespace Berth.Host.Isolation.Limits;

/// <summary>The control group of one worker: memory, processor and processes of all that it is, counted and limited by the kernel.</summary>
internal abstract class ControlGroup(IReadOnlyList<string> folders, double share, IsolationOptions options)
{
    private const int RemovalTries = 100;
    private static readonly TimeSpan RemovalPause = TimeSpan.FromMilliseconds(10);
    private readonly Lock _lock = new();
    private Timer? _startEnd;
    private bool _isRemoved;

    /// <summary>Length of the period over which a processor share is counted, in microseconds.</summary>
    protected const int Period = 100_000;

    /// <summary>The files that a process writes its id to in order to join.</summary>
    public IEnumerable<string> Joins => folders.Select(folder => Path.Combine(folder, "cgroup.procs"));

    /// <summary>Gives it more processor time for its start, for a time; again when a spare worker loads its version.</summary>
    public void BeginStart()
    {
        lock (_lock)
        {
            if (_isRemoved)
                return;
            SetShare(share * Math.Max(1, options.StartProcessorFactor));
            _startEnd?.Dispose();
            _startEnd = new Timer(_ => EndStart(), null, options.StartProcessorTime, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Ends that.</summary>
    public void EndStart()
    {
        lock (_lock)
        {
            _startEnd?.Dispose();
            _startEnd = null;
            if (!_isRemoved)
                SetShare(share);
        }
    }

    /// <summary>What it counted; <see langword="null"/> once it is gone.</summary>
    public WorkerFigures? Read()
    {
        try
        {
            return ReadFigures();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Ends whatever is left in it and takes it away.</summary>
    public async ValueTask RemoveAsync()
    {
        lock (_lock)
        {
            _isRemoved = true;
            _startEnd?.Dispose();
        }

        foreach (var folder in folders)
            await ControlGroupFolder.RemoveAsync(folder, RemovalTries, RemovalPause);
    }

    /// <summary>Sets the processor share; without a processor hierarchy it does nothing.</summary>
    protected abstract void SetShare(double processors);

    /// <summary>Reads the counters.</summary>
    protected abstract WorkerFigures? ReadFigures();

    /// <summary>A number in a file of lines "name number".</summary>
    protected static long Field(string file, string name) => !File.Exists(file) ? 0 : File.ReadLines(file)
        .Select(line => line.Split(' '))
        .Where(fields => fields.Length == 2 && fields[0] == name)
        .Select(fields => ControlGroupFolder.Number(fields[1]))
        .FirstOrDefault();
}
