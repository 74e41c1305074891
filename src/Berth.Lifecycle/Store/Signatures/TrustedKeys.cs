using Berth.Packaging.Signing;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Store.Signatures;

/// <summary>
/// The keys this host believes: publishers' keys as the registry records them, and the registry's own, which are given by the
/// operator or kept from the first sight of the registry. They survive a registry that is away, and a revocation that was seen
/// once is never forgotten.
/// </summary>
internal sealed partial class TrustedKeys(LifecycleOptions options, IPackageSource source, TimeProvider time, ILogger<TrustedKeys> logger) : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private readonly StorePaths _paths = new(options.PluginsDirectory);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private Snapshot? _snapshot;
    private int _isRefreshing;

    public async ValueTask<IReadOnlyDictionary<string, TrustedKey>> KeysAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _snapshot) is { } fresh && Age(fresh) < Lifetime)
        {
            // Asked for again before they are too old, so that whoever installs does not wait for the registry.
            if (Age(fresh) >= Lifetime / 2 && Interlocked.Exchange(ref _isRefreshing, 1) == 0)
                _ = RefreshBehindAsync();
            return fresh.Keys;
        }

        return (await RefreshedAsync(Lifetime, cancellationToken)).Keys;
    }

    public void Dispose() => _gate.Dispose();

    private TimeSpan Age(Snapshot snapshot) => time.GetElapsedTime(snapshot.ReadAt);

    private async Task RefreshBehindAsync()
    {
        try
        {
            // The thread is the caller's.
            await Task.Yield();
            await RefreshedAsync(Lifetime / 2, CancellationToken.None);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Nobody waits for this one; whoever asks when the keys are too old is told what is wrong.
            LogAway(logger, exception);
        }
        finally
        {
            Volatile.Write(ref _isRefreshing, 0);
        }
    }

    private async Task<Snapshot> RefreshedAsync(TimeSpan tooOld, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_snapshot is not { } known || Age(known) >= tooOld)
                Volatile.Write(ref _snapshot, await RefreshAsync(_snapshot, cancellationToken));
            return _snapshot!;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<Snapshot> RefreshAsync(Snapshot? before, CancellationToken cancellationToken)
    {
        var kept = before?.Kept ?? KeyFile.Read(_paths.Keys);
        var now = time.GetTimestamp();
        IReadOnlyList<AvailableKey> offered;
        try
        {
            offered = await source.KeysAsync(cancellationToken).AsTask().WaitAsync(LongestWait, time, cancellationToken);
        }
        catch (Exception exception) when (exception is PackageSourceUnavailableException or TimeoutException)
        {
            LogAway(logger, exception);
            return before is null ? new Snapshot(kept.ToKeys(options.RegistryKeys), kept, now) : before with { ReadAt = now };
        }

        var merged = kept.Merge(offered, options.RegistryKeys, source.IsOwnRegistry);
        foreach (var kid in merged.NotTrusted)
            LogNotTrusted(logger, kid);
        if (before is not null && merged.IsSame(kept))
            return before with { ReadAt = now };
        if (!merged.IsSame(kept) && !source.IsOwnRegistry)
            await merged.WriteAsync(_paths.Keys, cancellationToken);
        return new Snapshot(merged.ToKeys(options.RegistryKeys), merged, now);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The registry does not say which keys it accepts; the ones known before stay in force.")]
    private static partial void LogAway(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The registry shows a key of its own, '{Kid}', that this host does not trust: no key that it trusts vouches for it. Compare it with the registry's operator, then name it in BERTH_TRUSTED_KEYS or remove cache/keys.json.")]
    private static partial void LogNotTrusted(ILogger logger, string kid);

    private sealed record Snapshot(IReadOnlyDictionary<string, TrustedKey> Keys, KeyFile Kept, long ReadAt);
}
