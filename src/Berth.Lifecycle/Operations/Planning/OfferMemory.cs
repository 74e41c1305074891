using System.Collections.Concurrent;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>
/// What the registry offers, remembered for whoever does the same for many users: inside of <see cref="Begin"/>, and only for
/// what flows from it, each plugin is asked for once. Everybody else is answered by the registry.
/// </summary>
internal sealed class OfferMemory(IPackageSource source, TimeProvider time)
{
    /// <summary>For how long an answer counts: what is yanked meanwhile is seen soon.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly AsyncLocal<ConcurrentDictionary<string, Remembered>?> _remembered = new();

    /// <summary>Begins to remember, until the answer is disposed of.</summary>
    public IDisposable Begin()
    {
        _remembered.Value = new ConcurrentDictionary<string, Remembered>(StringComparer.OrdinalIgnoreCase);
        return new End(this);
    }

    /// <inheritdoc cref="IPackageSource.VersionsAsync"/>
    public async ValueTask<IReadOnlyList<AvailableVersion>> VersionsAsync(string slug, CancellationToken cancellationToken = default)
    {
        if (_remembered.Value is not { } remembered)
            return await source.VersionsAsync(slug, cancellationToken);
        var now = time.GetUtcNow();
        if (remembered.TryGetValue(slug, out var known) && now - known.At < Lifetime)
            return known.Versions;
        var versions = await source.VersionsAsync(slug, cancellationToken);
        remembered[slug] = new Remembered(versions, now);
        return versions;
    }

    private sealed record Remembered(IReadOnlyList<AvailableVersion> Versions, DateTimeOffset At);

    private sealed class End(OfferMemory memory) : IDisposable
    {
        public void Dispose() => memory._remembered.Value = null;
    }
}
