using Berth.Data.Blobs;
using Berth.Data.Sessions;
using Berth.Packaging.Archive;
using Berth.Registry.Catalog;
using Berth.Registry.Publishing;
using Berth.Registry.Trust;

namespace Berth.Registry.Optimization.Variants;

/// <inheritdoc />
internal sealed class PublishedVariants(
    IDatabase database, IPackageBlobs blobs, ITrustPolicies policies, Optimizer optimizer, VariantSignal signal, PackageLimits limits, TimeProvider time) : IVariants, IDisposable
{
    /// <summary>Orders that may wait.</summary>
    public const int MostOpen = 1_000;

    private const int MostPreviews = 4;
    private readonly SemaphoreSlim _previews = new(1);
    private int _waiting;

    public Task<IReadOnlyList<VariantRecord>> ListAsync(VersionRecord version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        return database.ReadAsync(session => VariantRows.ListAsync(session, version.Slug, version.Version), cancellationToken);
    }

    public async Task<VariantRecord?> FindAsync(VersionRecord version, string kind, CancellationToken cancellationToken = default) =>
        (await ListAsync(version, cancellationToken)).FirstOrDefault(variant => variant.Kind == kind && variant.SourceDigest == version.Digest);

    public async Task<VariantRecord?> FindOfferedAsync(VersionRecord version, string kind, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        return AskForAuthorsBytes(version) is null && await FindAsync(version, kind, cancellationToken) is { State: VariantState.Ready } ready ? ready : null;
    }

    public Task<bool> MayOrderAsync(string slug, string userId, CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => SlugRights.MayOrderVariantsAsync(session, slug, userId), cancellationToken);

    public async Task<VariantOrder> OrderAsync(VersionRecord version, string userId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        if (AskForAuthorsBytes(version) is var (code, reason))
            return new VariantOrder.Refused(code, reason);
        if (version.Manifest.Frontend is null)
            return new VariantOrder.Refused("variant.no_front_end", $"{version.Slug} {version.Version} has no front end; there is nothing to make smaller.");
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        var waiting = await database.WriteAsync(
            async session =>
            {
                var open = await VariantRows.OpenAsync(session);
                if (open >= MostOpen)
                    return open;
                if (await VariantRows.OrderAsync(session, version.Slug, version.Version, version.Digest, userId, at))
                    await RegistryRecords.AddAuditAsync(session, at, userId, "package.optimize", $"{version.Slug}@{version.Version}", "{}");
                return 0;
            },
            cancellationToken);
        if (waiting > 0)
            return new VariantOrder.QueueFull((int)waiting);
        signal.Set();
        return new VariantOrder.Taken((await FindAsync(version, Packaging.Variants.VariantStatement.Optimized, cancellationToken))!);
    }

    public async Task<VariantPreview> PreviewAsync(VersionRecord version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        if (AskForAuthorsBytes(version) is var (code, reason))
            return new VariantPreview.Refused(code, reason);
        await using var content = await blobs.OpenAsync(version.Digest, cancellationToken)
            ?? throw new FileNotFoundException($"The bytes of {version.Slug} {version.Version} are not in the package store.");
        return await PreviewStoredAsync(content, cancellationToken);
    }

    public async Task<VariantPreview> PreviewAsync(Stream package, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(package);
        try
        {
            await using var blob = await blobs.StageAsync(package, limits.MaxPackageBytes, cancellationToken);
            return await PreviewStoredAsync(blob.Content, cancellationToken);
        }
        catch (BlobTooLargeException exception)
        {
            return new VariantPreview.NoPackage([new PackageFault(ArchiveFaultCodes.Size, $"The package is larger than {exception.MaxBytes} bytes. Leave out what users do not need.")]);
        }
    }

    public void Dispose() => _previews.Dispose();

    /// <summary>Where the policy wants the author's signature, only what the author signed may be served.</summary>
    private (string Code, string Reason)? AskForAuthorsBytes(VersionRecord version) =>
        version.TrustLevel == TrustLevels.Quarantined ? ("plugin.quarantined", $"'{version.Slug}' is quarantined.")
        : policies.Of(version.TrustLevel).RequiredSignatures.Contains("author")
            ? ("variant.author_bytes", $"The policy of the level '{version.TrustLevel}' asks for the author's signature, so only the author's own bytes are handed out.")
            : null;

    private async Task<VariantPreview> PreviewStoredAsync(Stream content, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > MostPreviews)
        {
            Interlocked.Decrement(ref _waiting);
            return new VariantPreview.Busy();
        }

        try
        {
            await _previews.WaitAsync(cancellationToken);
            try
            {
                var read = await PackageReader.ReadAsync(content, limits, cancellationToken);
                if (!read.IsAccepted)
                    return new VariantPreview.NoPackage(read.Faults);
                return await Task.Run(() => optimizer.RunAsync(content, read.Package, cancellationToken), cancellationToken) switch
                {
                    OptimizationOutcome.Made made => new VariantPreview.Shown(true, made.Report),
                    OptimizationOutcome.NothingToGain nothing => new VariantPreview.Shown(false, nothing.Report),
                    OptimizationOutcome.Unavailable unavailable => new VariantPreview.Refused(unavailable.Code, unavailable.Reason),
                    _ => throw new InvalidOperationException("Unknown outcome."),
                };
            }
            finally
            {
                _previews.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
