using Microsoft.Extensions.Internal;

namespace Berth.Host.Caches;

/// <summary>The host's clock as the framework's memory cache wants it.</summary>
internal sealed class CacheClock(TimeProvider time) : ISystemClock
{
    public DateTimeOffset UtcNow => time.GetUtcNow();
}
