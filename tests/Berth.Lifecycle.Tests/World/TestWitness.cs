using Berth.Lifecycle.Operations.Journal;

namespace Berth.Lifecycle.Tests.World;

/// <summary>Remembers the steps, and does what a test asks at one of them.</summary>
internal sealed class TestWitness : IStepWitness
{
    private readonly Lock _lock = new();
    private readonly List<string> _steps = [];

    public Func<string, Task> At { get; set; } = _ => Task.CompletedTask;

    public IReadOnlyList<string> Steps
    {
        get
        {
            lock (_lock)
                return [.. _steps];
        }
    }

    public async ValueTask ReachedAsync(string operation, string step)
    {
        var name = $"{operation}.{step}";
        lock (_lock)
            _steps.Add(name);
        await At(name);
    }
}
