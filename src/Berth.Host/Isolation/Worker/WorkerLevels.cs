using Microsoft.Extensions.Hosting;

namespace Berth.Host.Isolation.Worker;

/// <summary>The levels of this host that run workers, by name, and whether each is there.</summary>
internal sealed class WorkerLevels(IEnumerable<IWorkerLevel> levels, HostOptions options) : IIsolationLevels, IHostedService
{
    // An application, or a test, may put a level of its own in the place of one of these.
    private readonly Dictionary<string, IWorkerLevel> _levels = levels.GroupBy(level => level.Name, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.Last(), StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task<IsolationAvailability>> _probed = new(StringComparer.Ordinal);

    public IReadOnlyList<IsolationAvailability> All => Task.Run(AllAsync).GetAwaiter().GetResult();

    public Task<IReadOnlyList<IsolationAvailability>> ProbeAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
            _probed.Clear();
        return Task.Run(AllAsync, CancellationToken.None).WaitAsync(cancellationToken);
    }

    // Only that one is looked at: what runs in the host's own process waits for no process to start.
    public IsolationAvailability Of(string level) => IsolationLevels.All.Contains(level, StringComparer.Ordinal)
        ? ProbedAsync(level).GetAwaiter().GetResult()
        : new IsolationAvailability(level, IsAvailable: false, "there is no such level");

    /// <summary>The level of that name, if it is available.</summary>
    public IWorkerLevel? Find(string name) => Of(name).IsAvailable ? _levels.GetValueOrDefault(name) : null;

    // Not waited for, and not while the host starts: each probe starts a process. Whoever needs the answer before asks for it.
    Task IHostedService.StartAsync(CancellationToken cancellationToken)
    {
        _ = Task.Delay(options.LevelProbeDelay, _stopping.Token).ContinueWith(_ => AllAsync(), _stopping.Token, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        return Task.CompletedTask;
    }

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => _stopping.CancelAsync();

    // One after the other: each starts a process.
    private async Task<IReadOnlyList<IsolationAvailability>> AllAsync()
    {
        var all = new List<IsolationAvailability>();
        foreach (var name in IsolationLevels.All)
            all.Add(await ProbedAsync(name));
        return all;
    }

    private Task<IsolationAvailability> ProbedAsync(string name)
    {
        lock (_gate)
        {
            if (!_probed.TryGetValue(name, out var probed))
                _probed.Add(name, probed = Task.Run(() => ProbeOneAsync(name)));
            return probed;
        }
    }

    private async Task<IsolationAvailability> ProbeOneAsync(string name)
    {
        if (string.Equals(name, IsolationLevels.None, StringComparison.Ordinal))
            return new IsolationAvailability(name, IsAvailable: true, "a load context in the host's own process");
        return _levels.TryGetValue(name, out var level)
            ? await ProbeAsync(level)
            : new IsolationAvailability(name, IsAvailable: false, "this host was built without it");
    }

    private static async Task<IsolationAvailability> ProbeAsync(IWorkerLevel level)
    {
        try
        {
            return await level.ProbeAsync(CancellationToken.None);
        }
        catch (Exception exception)
        {
            return new IsolationAvailability(level.Name, IsAvailable: false, $"its probe failed: {exception.Message}");
        }
    }
}
