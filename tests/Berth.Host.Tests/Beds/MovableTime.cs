namespace Berth.Host.Tests.Beds;

/// <summary>The system's clock, moved ahead by hand. Timers run in real time.</summary>
internal sealed class MovableTime : TimeProvider
{
    private long _ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ahead));

    public override long GetTimestamp() => System.GetTimestamp() + (Interlocked.Read(ref _ahead) * (System.TimestampFrequency / TimeSpan.TicksPerSecond));

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ahead, time.Ticks);
}
