namespace Berth.Lifecycle.Tests.World;

/// <summary>A clock that only a test moves; timers run by the real one.</summary>
internal sealed class MovedTime : TimeProvider
{
    private DateTimeOffset _now = DateTimeOffset.UtcNow;

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;
}
