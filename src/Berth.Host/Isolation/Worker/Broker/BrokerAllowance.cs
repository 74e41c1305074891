using System.Threading.RateLimiting;
using Berth.Host.Services.CrossPlugin;

namespace Berth.Host.Isolation.Worker.Broker;

/// <summary>
/// What one worker may ask of its host, so that a flood of questions is paid by whoever asks them: the first questions of each call
/// that the host gave it are free, and cost one count; all others take from the worker's own rate. What is too
/// much waits, unanswered, and the connection that it came by is closed afterwards: that makes the worker slower and not the host. Calls of other plugins' services, which
/// can keep each other waiting, do not wait: those that are too many are refused. Nothing here is shared between workers.
/// </summary>
internal sealed class BrokerAllowance : IDisposable
{
    /// <summary>As many as a worker's own client asks at once.</summary>
    public const int MostServiceCalls = 128;

    /// <summary>From so many bytes on an argument counts as large.</summary>
    public const int LargeBytes = 256 * 1024;

    private const int MostLargeCalls = 4;

    // What a program is given lies in the host's memory: as many are read as run at once, and the others wait in their sockets.
    private const int MostProgramRuns = 4;
    private const int MostWaitingRuns = 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly TokenBucketRateLimiter _rate;
    private readonly ConcurrencyLimiter _calls;
    private readonly ConcurrencyLimiter _large;
    private readonly ConcurrencyLimiter _runs = new(new ConcurrencyLimiterOptions { PermitLimit = MostProgramRuns, QueueLimit = MostWaitingRuns });

    public BrokerAllowance(int perSecond, int mostServiceCalls = MostServiceCalls)
    {
        const int PeriodsPerSecond = 20;
        _rate = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = Math.Max(1, perSecond) * 2,
            TokensPerPeriod = Math.Max(1, perSecond / PeriodsPerSecond),
            ReplenishmentPeriod = TimeSpan.FromSeconds(1.0 / PeriodsPerSecond),
            AutoReplenishment = false,
        });
        _calls = Concurrency(mostServiceCalls);
        _large = Concurrency(MostLargeCalls);
    }

    /// <summary>Ends when one more question may be answered.</summary>
    /// <returns>Whether it had to wait.</returns>
    public async ValueTask<bool> WaitAsync(OpenCall? call, CancellationToken cancellationToken)
    {
        if (call?.TryAskFreely() == true || TryTake())
            return false;
        do
            await Task.Delay(Pause, cancellationToken);
        while (!TryTake());
        return true;
    }

    /// <summary>A place for a call of another plugin's service; to be disposed when it is over.</summary>
    /// <param name="token">The service.</param>
    /// <param name="bytes">Length of the argument; <see langword="null"/> when it is not known.</param>
    /// <exception cref="ServiceRefusedException">There are too many.</exception>
    public IDisposable BeginServiceCall(string token, long? bytes)
    {
        var isLarge = bytes is null or > LargeBytes;
        var place = _calls.AttemptAcquire();
        if (place.IsAcquired && !isLarge)
            return place;
        var room = isLarge && place.IsAcquired ? _large.AttemptAcquire() : null;
        if (room is { IsAcquired: true })
            return new Both(place, room);
        var hasPlace = place.IsAcquired;
        place.Dispose();
        throw new ServiceRefusedException(
            token, ServiceRefusal.Busy,
            hasPlace
                ? $"the plugin has {MostLargeCalls} calls with arguments of more than {LargeBytes / 1024} KB under way already. Wait for them, or send less at once."
                : "the plugin has as many calls of other plugins' services under way as it may. Wait for them.");
    }

    /// <summary>A place for the run of a program; to be disposed when it is over.</summary>
    public async Task<IDisposable> BeginProgramAsync(CancellationToken cancellationToken) => await _runs.AcquireAsync(1, cancellationToken) is { IsAcquired: true } place
        ? place
        : throw new BrokerRefusedException($"The plugin waits for {MostWaitingRuns} programs already.");

    public void Dispose()
    {
        _runs.Dispose();
        _rate.Dispose();
        _calls.Dispose();
        _large.Dispose();
    }

    private static ConcurrencyLimiter Concurrency(int most) => new(new ConcurrencyLimiterOptions { PermitLimit = most, QueueLimit = 0 });

    private bool TryTake()
    {
        _rate.TryReplenish();
        using var lease = _rate.AttemptAcquire();
        return lease.IsAcquired;
    }

    private sealed class Both(IDisposable one, IDisposable other) : IDisposable
    {
        public void Dispose()
        {
            other.Dispose();
            one.Dispose();
        }
    }
}
