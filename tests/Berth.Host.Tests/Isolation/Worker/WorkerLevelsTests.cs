using System.Collections.Concurrent;
using Berth.Host.Isolation;
using Berth.Host.Isolation.Worker;

namespace Berth.Host.Tests.Isolation.Worker;

public sealed class WorkerLevelsTests
{
    private readonly ConcurrentQueue<string> _probed = new();
    private readonly WorkerLevels _levels;

    public WorkerLevelsTests() => _levels = new WorkerLevels([new Level(IsolationLevels.Process, _probed), new Level(IsolationLevels.Sandbox, _probed)], new HostOptions());

    [Fact]
    public void What_runs_in_the_hosts_own_process_waits_for_no_probe()
    {
        _levels.Of(IsolationLevels.None).IsAvailable.ShouldBeTrue();
        _probed.ShouldBeEmpty();
    }

    [Fact]
    public void Only_the_level_that_is_asked_for_is_looked_at_and_once()
    {
        _levels.Of(IsolationLevels.Sandbox).IsAvailable.ShouldBeTrue();
        _levels.Find(IsolationLevels.Sandbox).ShouldNotBeNull();
        _probed.ShouldBe([IsolationLevels.Sandbox]);
    }

    [Fact]
    public async Task Every_level_is_looked_at_again_when_that_is_asked_for()
    {
        _levels.All.Select(level => (level.Level, level.IsAvailable)).ShouldBe(
            [(IsolationLevels.None, true), (IsolationLevels.Process, true), (IsolationLevels.Sandbox, true), (IsolationLevels.Container, false), (IsolationLevels.Vm, false)]);
        await _levels.ProbeAsync();
        _probed.ShouldBe([IsolationLevels.Process, IsolationLevels.Sandbox, IsolationLevels.Process, IsolationLevels.Sandbox]);
    }

    [Fact]
    public void A_name_that_is_no_level_is_not_available() => _levels.Of("sandboxed").IsAvailable.ShouldBeFalse();

    private sealed class Level(string name, ConcurrentQueue<string> probed) : IWorkerLevel
    {
        public string Name => name;

        public ValueTask<IsolationAvailability> ProbeAsync(CancellationToken cancellationToken)
        {
            probed.Enqueue(name);
            return ValueTask.FromResult(new IsolationAvailability(name, IsAvailable: true, "as a test says"));
        }

        public ValueTask<WorkerCommand> PrepareAsync(WorkerLaunch launch, CancellationToken cancellationToken) => throw new NotSupportedException("Nothing is started here.");
    }
}
