namespace Berth.Host.Isolation.Worker;

/// <summary>
/// Gives each worker a user id that no other live worker of this machine has, also not one of another host: an id in use is a
/// locked file. Ids are taken round the range, so that one that was used comes back as late as possible.
/// </summary>
internal sealed class WorkerUserIds(IsolationOptions options)
{
    private readonly Lock _lock = new();
    private readonly HashSet<int> _held = [];
    private readonly Lazy<IReadOnlySet<int>> _named = new(() => NamedIds("/etc/passwd", "/etc/group"));
    private int _next = -1;

    /// <summary>Takes one until it is disposed.</summary>
    /// <exception cref="WorkerStartException">None is free.</exception>
    public WorkerUserId Take()
    {
        var count = options.LastUserId - options.FirstUserId + 1;
        lock (_lock)
        {
            if (_next < 0)
                _next = Random.Shared.Next(Math.Max(1, count));
            for (var i = 0; i < count; i++)
            {
                var id = options.FirstUserId + (_next++ % count);
                if (_named.Value.Contains(id) || _held.Contains(id) || TryLock(id) is not { } file)
                    continue;
                _held.Add(id);
                return new WorkerUserId(id, () => Release(id, file));
            }
        }

        throw new WorkerStartException(
            $"No user id from {options.FirstUserId} to {options.LastUserId} is free for another worker. Widen the range, or let fewer workers run at once.");
    }

    /// <summary>Takes one id of the range until it is disposed; <see langword="null"/> when it is another's, or a worker's that lives.</summary>
    public WorkerUserId? TryTake(int id)
    {
        if (id < options.FirstUserId || id > options.LastUserId)
            return null;
        lock (_lock)
        {
            if (_named.Value.Contains(id) || _held.Contains(id) || TryLock(id) is not { } file)
                return null;
            _held.Add(id);
            return new WorkerUserId(id, () => Release(id, file));
        }
    }

    /// <summary>The ids that a machine's user and group databases name.</summary>
    public static IReadOnlySet<int> NamedIds(params string[] files) =>
        files.Where(File.Exists).SelectMany(File.ReadLines)
            .SelectMany(line => line.Split(':').Skip(2).Take(2))
            .Select(field => int.TryParse(field, out var id) ? id : -1)
            .ToHashSet();

    private FileStream? TryLock(int id)
    {
        var folder = RunFolder.Inner(options.RunDirectory, "users");
        try
        {
            // The lock ends with this process, however it ends.
            return new FileStream(Path.Combine(folder, id.ToString(System.Globalization.CultureInfo.InvariantCulture)), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private void Release(int id, FileStream file)
    {
        lock (_lock)
        {
            _held.Remove(id);
            file.Dispose();
        }
    }
}

/// <summary>A user id of one worker, which is also its group id.</summary>
internal sealed class WorkerUserId(int value, Action release) : IDisposable
{
    private Action? _release = release;

    public int Value => value;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
