using System.Threading.Channels;
using Berth.Host.Services;

namespace Berth.Host.Health;

/// <summary>
/// What a worker says of the background services that it lost, kept until the instance is watched. It is the word of foreign code:
/// each service counts once, and no more of them than a plugin has.
/// </summary>
internal sealed class BackgroundLosses
{
    /// <summary>How many services are believed.</summary>
    public const int Most = 64;

    private readonly Channel<BackgroundLoss> _told = Channel.CreateUnbounded<BackgroundLoss>(new UnboundedChannelOptions { SingleReader = true });
    private readonly HashSet<string> _services = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>A service ended by itself.</summary>
    public void Note(string service, string reason)
    {
        var name = ForeignCode.Shorten(service);
        lock (_gate)
        {
            if (_services.Count < Most && _services.Add(name))
                _told.Writer.TryWrite(new BackgroundLoss(name, ForeignCode.Shorten(reason)));
        }
    }

    /// <summary>The worker is gone: nothing more comes.</summary>
    public void End() => _told.Writer.TryComplete();

    /// <summary>What was and what will be told, until the worker's end; for one reader.</summary>
    public IAsyncEnumerable<BackgroundLoss> ReadAllAsync() => _told.Reader.ReadAllAsync();
}

/// <summary>A background service that ended by itself.</summary>
/// <param name="Service">Its type.</param>
/// <param name="Reason">What it threw.</param>
internal sealed record BackgroundLoss(string Service, string Reason);
