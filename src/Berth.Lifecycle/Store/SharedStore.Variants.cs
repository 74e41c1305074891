using Berth.Host;
using Berth.Lifecycle.Store.Signatures;
using Berth.Packaging.Manifest;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Store;

/// <summary>How optimised files come into the store, which of them are served, and how they are given up.</summary>
internal sealed partial class SharedStore
{
    /// <summary>Whether the host's setting and the author's manifest allow optimised files.</summary>
    public bool MayHaveVariant(StoredVersion stored) => _adoption.IsAllowed(stored.Manifest);

    /// <summary>
    /// Whether everybody who has the version takes the author's files only. Of a version that nobody has, nobody said so: it
    /// keeps what it has until it leaves.
    /// </summary>
    public Task<bool> IsVariantUnwantedAsync(PluginVersionId id, CancellationToken cancellationToken) => _ledger.IsVariantUnwantedAsync(id, cancellationToken);

    /// <summary>Takes in the optimised files of a version that is there without them, when they are allowed and the source has some. Returns whether there are some now that were not there before.</summary>
    /// <exception cref="PackageSourceUnavailableException">The registry does not answer.</exception>
    public async Task<bool> TakeVariantAsync(PluginVersionId id, IPackageSource source, CancellationToken cancellationToken)
    {
        if (IndexOf(id) is not { Variant: null, Private: false } index || Find(id.Slug, id.Version) is not { } stored || !MayHaveVariant(stored))
            return false;
        var offered = (await source.VersionsAsync(id.Slug, cancellationToken)).FirstOrDefault(version => string.Equals(version.Digest, index.Digest, StringComparison.Ordinal));
        return offered is not null && await AdoptVariantAsync(id, offered, source, cancellationToken);
    }

    /// <summary>Has the optimised files of a version asked for that somebody takes now, when they are not there. Nobody waits for it.</summary>
    public void WishVariant(StoredVersion stored, IPackageSource source)
    {
        var id = new PluginVersionId(stored.Slug, stored.Version);
        if (stored.Variant is not null || !_adoption.IsDue(id, stored.IsPrivate, stored.Manifest))
            return;
        // A registry that is away is not asked with every install.
        _adoption.Note(id);
        _ = TakeBehindAsync(id, source);
    }

    private async Task TakeBehindAsync(PluginVersionId id, IPackageSource source)
    {
        try
        {
            await Task.Yield();
            await TakeVariantAsync(id, source, CancellationToken.None);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The look of the cleanup interval asks again.
            LogNotAsked(exception, id);
        }
    }

    /// <summary>
    /// Gives up the optimised files of a version that nobody may be served or nobody takes, and those that no index names. Before: there.
    /// After: neither the index nor the folder has them; a request that was about to read one is sent the author's. When somebody takes
    /// them again meanwhile: as before.
    /// </summary>
    /// <returns>How many bytes that freed, or would.</returns>
    public async Task<long> DropVariantAsync(PluginVersionId id, bool isDryRun, CancellationToken cancellationToken)
    {
        using var @lock = await _commit.LockAsync(cancellationToken);
        // Asked for under the lock: whoever begins to take them says so in the database first, and asks for them after.
        if (StoredVersionLoader.Load(_paths, id, _libraries, static (_, _) => false) is not var (stored, index)
            || (index.Variant is not null && MayHaveVariant(stored) && !await IsVariantUnwantedAsync(id, cancellationToken)))
        {
            return 0;
        }

        var bytes = _codings.BytesWithoutVariant(id);
        if (isDryRun)
            return bytes;
        if (index.Variant is not null)
            await _commit.RewriteUnderLockAsync(id, now => (now with { Variant = null }).Counted(), cancellationToken);
        _codings.SweepUnderLock(id);
        _snapshots.Remove(id);
        _adoption.Forget(id);
        return bytes;
    }

    private async Task<bool> AdoptVariantAsync(PluginVersionId id, AvailableVersion version, IPackageSource source, CancellationToken cancellationToken)
    {
        if (!await _adoption.TryAdoptAsync(id, version, source, cancellationToken))
            return false;
        _snapshots.Remove(id);
        return true;
    }

    /// <summary>The version with its optimised files, when they are wanted and there are any.</summary>
    private async Task<StoredVersion> WithVariantAsync(StoredVersion stored, AvailableVersion version, IPackageSource source, CancellationToken cancellationToken)
    {
        var id = new PluginVersionId(stored.Slug, stored.Version);
        return _adoption.IsDue(id, version.IsPrivate, version.Manifest) && await AdoptVariantAsync(id, version, source, cancellationToken) ? Find(id.Slug, id.Version) ?? stored : stored;
    }

    /// <summary>
    /// Judges the optimised files of a version, as the registry's keys are now. After: served when the registry's signature of them
    /// holds; given up for the author's when it never will. Returns whether they were given up.
    /// </summary>
    public async Task<bool> SettleVariantAsync(PluginVersionId id, CancellationToken cancellationToken)
    {
        if (StoredVersionLoader.Load(_paths, id, _libraries, static (_, _) => false) is not ({ } stored, { Variant: { } variant }))
            return false;
        var wasAdmitted = _variants.IsAdmitted(id, variant);
        var verdict = await _variants.JudgeAsync(id, stored.Manifest, variant, cancellationToken);
        if (verdict.IsFinal)
        {
            await _commit.RewriteAsync(id, index => index.Variant?.Digest == variant.Digest && index.Variant.Signature == variant.Signature ? (index with { Variant = null }).Counted() : index, cancellationToken);
            LogGivenUp(id, verdict.Fault!);
        }

        if (verdict.Fault is null != wasAdmitted || verdict.IsFinal)
            _snapshots.Remove(id);
        return verdict.IsFinal;
    }

    /// <summary>
    /// Whether they are served from the first look on. The keys may have to be asked for, and nobody waits for that with a
    /// request in hand: until then the author's files are served.
    /// </summary>
    private bool MayServe(PluginVersionId id, PluginManifest manifest, StoreVariant variant)
    {
        if (!_adoption.IsAllowed(manifest))
            return false;
        if (_variants.IsAdmitted(id, variant))
            return true;
        var judging = _variants.JudgeAsync(id, manifest, variant, CancellationToken.None);
        if (judging.IsCompletedSuccessfully && judging.Result.Fault is null)
            return true;
        _ = SettleBehindAsync(id, judging);
        return false;
    }

    private async Task SettleBehindAsync(PluginVersionId id, Task<VariantVerdict> judging)
    {
        try
        {
            // Not in the reader's hands: it holds the file that is rewritten.
            await Task.Yield();
            var verdict = await judging;
            if (verdict.IsFinal)
                await SettleVariantAsync(id, CancellationToken.None);
            else if (verdict.Fault is null)
                _snapshots.Remove(id);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The author's files go on being served; the next look judges again.
            LogNotJudged(exception, id);
        }
    }

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The optimised files of {Plugin} are given up, and the author's are served: {Reason}")]
    private partial void LogGivenUp(PluginVersionId plugin, string reason);

    [LoggerMessage(EventId = 4, Level = LogLevel.Information, Message = "The optimised files of {Plugin} could not be asked for, and the author's are served until they are")]
    private partial void LogNotAsked(Exception exception, PluginVersionId plugin);

    [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "The optimised files of {Plugin} could not be judged, and the author's are served until they are")]
    private partial void LogNotJudged(Exception exception, PluginVersionId plugin);
}
