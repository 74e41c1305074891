namespace Berth.Host.Tests.Beds;

/// <summary>The system's clock, moved ahead by hand. Timers run in real time.</summary>
internal sealed class MovableTime : TimeProvider
{
    private long _ahead;
    private volatile Instant? _stopped;

    private Instant Clock => _stopped ?? new Instant(System.GetUtcNow(), System.GetTimestamp());

    public override DateTimeOffset GetUtcNow() => Clock.Now + TimeSpan.FromTicks(Interlocked.Read(ref _ahead));

    public override long GetTimestamp() => Clock.Timestamp + (Interlocked.Read(ref _ahead) * (System.TimestampFrequency / TimeSpan.TicksPerSecond));

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ahead, time.Ticks);

    /// <summary>From now on it goes on by hand alone, however long a loaded machine takes between two looks.</summary>
    public void Stop() => _stopped = new Instant(System.GetUtcNow(), System.GetTimestamp());

    private sealed record Instant(DateTimeOffset Now, long Timestamp);
}
