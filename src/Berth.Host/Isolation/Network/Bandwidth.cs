using System.Threading.RateLimiting;

namespace Berth.Host.Isolation.Network;

/// <summary>Bytes that one instance may send and receive: a bucket for each direction, shared by its connections.</summary>
/// <param name="sent">The bucket of what the plugin sends.</param>
/// <param name="received">The bucket of what it receives.</param>
/// <param name="most">The most bytes that one take may be.</param>
/// <param name="spent">Told each time that somebody has to wait.</param>
internal sealed class Bandwidth(RateLimiter sent, RateLimiter received, int most, Action? spent = null) : IDisposable
{
    // A bucket holds a quarter of a second, and is filled 20 times in one: smooth enough, and few wake-ups.
    private const int BurstsPerSecond = 4;
    private const int FillsPerSecond = 20;
    private const int LargestTake = 16 * 1024;

    private readonly Lock _gate = new();
    private readonly List<Buckets> _before = [];
    private volatile Buckets _now = new(sent, received, most);
    private bool _isOver;

    /// <summary>The most bytes that one take may be.</summary>
    public int Most => _now.Most;

    /// <summary>So many bytes a second in each direction.</summary>
    public static Bandwidth Of(long bytesPerSecond, Action? spent = null)
    {
        var buckets = Buckets.Of(bytesPerSecond);
        return new Bandwidth(buckets.Sent, buckets.Received, buckets.Most, spent);
    }

    /// <summary>Another bound, for whoever comes from now on. Who waits already waits by the old one, for a burst at most.</summary>
    public void Change(long bytesPerSecond)
    {
        lock (_gate)
        {
            if (_isOver)
                return;
            _before.Add(_now);
            _now = Buckets.Of(bytesPerSecond);
        }
    }

    /// <summary>Waits until so many bytes may be sent.</summary>
    public ValueTask SendAsync(int bytes, CancellationToken cancellationToken) => TakeAsync(buckets => buckets.Sent, bytes, cancellationToken);

    /// <summary>Waits until so many bytes may be received.</summary>
    public ValueTask ReceiveAsync(int bytes, CancellationToken cancellationToken) => TakeAsync(buckets => buckets.Received, bytes, cancellationToken);

    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            foreach (var buckets in _before.Append(_now))
            {
                buckets.Sent.Dispose();
                buckets.Received.Dispose();
            }
        }
    }

    private async ValueTask TakeAsync(Func<Buckets, RateLimiter> direction, int bytes, CancellationToken cancellationToken)
    {
        var hasWaited = false;
        // Once, unless the bound has become smaller since the caller asked how much one take may be.
        while (bytes > 0)
        {
            var buckets = _now;
            var (bucket, part) = (direction(buckets), Math.Min(bytes, buckets.Most));
            bytes -= part;
            using var atOnce = bucket.AttemptAcquire(part);
            if (atOnce.IsAcquired)
                continue;
            if (!hasWaited)
                spent?.Invoke();
            hasWaited = true;
            using var lease = await bucket.AcquireAsync(part, cancellationToken);
            if (!lease.IsAcquired)
                throw new IOException("The plugin's network is closed.");
        }
    }

    private sealed record Buckets(RateLimiter Sent, RateLimiter Received, int Most)
    {
        public static Buckets Of(long bytesPerSecond)
        {
            var burst = (int)Math.Clamp(bytesPerSecond / BurstsPerSecond, 1, int.MaxValue);
            return new Buckets(Bucket(bytesPerSecond, burst), Bucket(bytesPerSecond, burst), Math.Min(burst, LargestTake));
        }

        private static TokenBucketRateLimiter Bucket(long bytesPerSecond, int burst) => new(new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = (int)Math.Clamp(bytesPerSecond / FillsPerSecond, 1, burst),
            ReplenishmentPeriod = TimeSpan.FromSeconds(1.0 / FillsPerSecond),
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }
}
