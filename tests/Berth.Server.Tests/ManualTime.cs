namespace Berth.Server.Tests;

/// <summary>A clock that only a test moves. Timers run by the real one.</summary>
public sealed class ManualTime : TimeProvider
{
    private TimeSpan _ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;

    public void Advance(TimeSpan by) => _ahead += by;
}
