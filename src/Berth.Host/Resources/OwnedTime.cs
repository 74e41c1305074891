namespace Berth.Host.Resources;

/// <summary>
/// The <see cref="TimeProvider"/> of a plugin's container: the host's clock, and timers that end with the instance. Whatever
/// waits by it (<c>Task.Delay</c>, <c>PeriodicTimer</c>, <c>CancellationTokenSource</c> with a time) is taken back, too.
/// </summary>
internal sealed class OwnedTime(InstanceResources resources, TimeProvider host) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => host.LocalTimeZone;

    public override long TimestampFrequency => host.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => host.GetUtcNow();

    public override long GetTimestamp() => host.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return new OwnedTimer(resources, host, callback, state, dueTime, period);
    }
}
