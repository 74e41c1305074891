using Berth.Host.Isolation.Worker.Processes;

namespace Berth.Host.Isolation.Worker;

/// <summary>
/// Workers that are started and have no version yet, so that the next load and the restart after a crash need not wait for a
/// runtime to start. A spare is taken by one version whose limits it was started with, and never given back: no two versions ever
/// have the same process, user or control group. There are none before the first worker of a level has run, and never more than
/// <see cref="HostOptions.WorkerSpares"/>.
/// </summary>
internal sealed class SpareWorkers(HostOptions options, WorkerRunFolder folder, TimeProvider time) : ISpareWorkers, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Spare> _spares = [];
    private Task _filling = Task.CompletedTask;
    private bool _isOver;

    /// <summary>Those that wait, the oldest first.</summary>
    public IReadOnlyList<int> ProcessIds
    {
        get
        {
            lock (_gate)
                return [.. _spares.Select(spare => spare.Process.Child.Id)];
        }
    }

    public int Most => Math.Max(0, options.WorkerSpares);

    public IReadOnlyList<SpareSnapshot> Waiting
    {
        get
        {
            List<Spare> all;
            lock (_gate)
                all = [.. _spares];
            return [.. all.Select(spare => new SpareSnapshot(spare.Level, spare.Process.Child.Id, (spare.Process.Command.Figures?.Invoke() ?? ProcessTree.FiguresOf(spare.Process.Child.Id))?.MemoryBytes))];
        }
    }

    /// <summary>Ends when those that are wanted now have been started.</summary>
    public Task Filled
    {
        get
        {
            lock (_gate)
                return _filling;
        }
    }

    /// <summary>A process for a launch: a spare that fits, otherwise a new one.</summary>
    /// <exception cref="WorkerStartException">It cannot be started.</exception>
    public async Task<WorkerProcess> StartAsync(IWorkerLevel level, WorkerLaunch launch, CancellationToken cancellationToken)
    {
        if (level is not ISpareLevel able || !able.CanBeSpare(launch) || Take(level.Name, launch.Limits) is not { } spare)
            return await WorkerProcess.StartAsync(folder, await level.PrepareAsync(launch, cancellationToken));
        try
        {
            spare.Become(able.Complete(spare.Command, launch));
            return spare;
        }
        catch
        {
            await spare.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts, in the background, what is missing of spares for launches like one that has become ready.</summary>
    public void Keep(IWorkerLevel level, WorkerLaunch launch)
    {
        if (options.WorkerSpares <= 0 || level is not ISpareLevel able || !able.CanBeSpare(launch))
            return;
        lock (_gate)
        {
            if (!_isOver)
                _filling = FillAsync(_filling, able, launch.Limits);
        }
    }

    /// <summary>Ends those that wait.</summary>
    public async Task DropAsync()
    {
        await Filled;
        List<Spare> all;
        lock (_gate)
        {
            all = [.. _spares];
            _spares.Clear();
        }

        await Task.WhenAll(all.Select(spare => spare.DisposeAsync().AsTask()));
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
            _isOver = true;
        await DropAsync();
    }

    private WorkerProcess? Take(string level, WorkerLimits limits)
    {
        lock (_gate)
        {
            if (_spares.FindIndex(spare => spare.Fits(level, limits) && !spare.Process.Child.Exited.IsCompleted) is >= 0 and var index)
            {
                var found = _spares[index];
                _spares.RemoveAt(index);
                found.StopWaiting();
                return found.Process;
            }
        }

        return null;
    }

    private async Task FillAsync(Task before, ISpareLevel level, WorkerLimits limits)
    {
        await before;
        await Task.Yield();
        while (IsMissing(level, limits, out var other))
        {
            if (other is not null)
                await other.DisposeAsync();
            try
            {
                var process = await WorkerProcess.StartAsync(folder, await level.PrepareSpareAsync(limits));
                Add(new Spare(level.Name, limits, process));
            }
            catch (WorkerStartException)
            {
                // A spare is a kindness: the next load starts a worker itself and says what is wrong.
                return;
            }
        }
    }

    // Where no other fits in, the one that has waited longest for launches of another kind makes room.
    private bool IsMissing(ISpareLevel level, WorkerLimits limits, out Spare? other)
    {
        lock (_gate)
        {
            other = null;
            if (_isOver || _spares.Count(spare => spare.Fits(level.Name, limits)) is var fitting && fitting >= options.WorkerSpares)
                return false;
            if (_spares.Count < options.WorkerSpares)
                return true;
            if (fitting > 0)
                return false;
            other = _spares[0];
            _spares.RemoveAt(0);
            return true;
        }
    }

    private void Add(Spare spare)
    {
        lock (_gate)
            _spares.Add(spare);
        spare.Wait(time, options.IdleTimeout, () => _ = EndAsync(spare));
        // One that ends by itself gives back its user and its group at once.
        _ = spare.Process.Child.Exited.ContinueWith(_ => EndAsync(spare), TaskScheduler.Default);
    }

    private async Task EndAsync(Spare spare)
    {
        lock (_gate)
        {
            // Taken, or ended, before.
            if (!_spares.Remove(spare))
                return;
        }

        await spare.DisposeAsync();
    }

    private sealed class Spare(string level, WorkerLimits limits, WorkerProcess process) : IAsyncDisposable
    {
        private ITimer? _timer;

        public WorkerProcess Process => process;

        public string Level => level;

        public bool Fits(string other, WorkerLimits others) => string.Equals(level, other, StringComparison.Ordinal) && limits == others;

        public void Wait(TimeProvider clock, TimeSpan longest, Action end) => _timer = clock.CreateTimer(_ => end(), null, longest, Timeout.InfiniteTimeSpan);

        public void StopWaiting() => _timer?.Dispose();

        public ValueTask DisposeAsync()
        {
            StopWaiting();
            return process.DisposeAsync();
        }
    }
}
