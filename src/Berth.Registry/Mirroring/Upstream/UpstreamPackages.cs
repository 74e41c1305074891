using System.Collections.Concurrent;
using Berth.Data.Blobs;
using Berth.Packaging.Archive;
using Berth.Registry.Catalog;
using Microsoft.Extensions.Logging;

namespace Berth.Registry.Mirroring.Upstream;

/// <summary>Fetches packages from upstream into the package store: each once, however many ask, and to its end also when they leave.</summary>
internal sealed partial class UpstreamPackages(UpstreamClient client, UpstreamOptions options, IPackageBlobs blobs, PackageLimits limits, ILogger<UpstreamPackages> logger)
{
    private readonly ConcurrentDictionary<string, Lazy<PackageArrival>> _arriving = new(StringComparer.Ordinal);

    /// <summary>Whether the bytes are in the package store.</summary>
    public bool IsStored(VersionRecord version) => blobs.FindFile(version.Digest) is not null;

    /// <summary>The package on its way, begun now or before and held for the caller; <see langword="null"/> when it is in the store.</summary>
    public PackageArrival? Hold(VersionRecord version)
    {
        while (!IsStored(version))
        {
            var arriving = _arriving.GetOrAdd(version.Digest, static (_, state) => new Lazy<PackageArrival>(() => state.Self.Begin(state.Version)), (Self: this, Version: version));
            var arrival = Begun(version, arriving);
            if (arrival.TryHold())
                return arrival;
            // It ended meanwhile: it is in the store, or has to be begun again.
            _arriving.TryRemove(KeyValuePair.Create(version.Digest, arriving));
        }

        return null;
    }

    private PackageArrival Begun(VersionRecord version, Lazy<PackageArrival> arriving)
    {
        try
        {
            return arriving.Value;
        }
        catch
        {
            // No room for a spool just now: the next one who asks tries again.
            _arriving.TryRemove(KeyValuePair.Create(version.Digest, arriving));
            throw;
        }
    }

    private PackageArrival Begin(VersionRecord version)
    {
        var arrival = new PackageArrival(version.Size);
        _ = Task.Run(() => RunAsync(version, arrival));
        return arrival;
    }

    private async Task RunAsync(VersionRecord version, PackageArrival arrival)
    {
        Exception? fault = null;
        try
        {
            // Whoever looked into the store before another fetch ended, and asked for this one after, finds it there.
            if (!IsStored(version))
                await client.DownloadAsync(version.Slug, version.Version, body => TakeAsync(version, arrival, body), CancellationToken.None);
        }
#pragma warning disable CA1031 // Whatever it is, those who wait for the package must hear of it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            fault = exception;
            NotFetched(logger, version.Slug, version.Version, exception);
        }

        _arriving.TryRemove(version.Digest, out _);
        arrival.End(fault);
    }

    private async Task<bool> TakeAsync(VersionRecord version, PackageArrival arrival, Stream body)
    {
        try
        {
            await using var source = new ArrivalStream(body, arrival, options.StallTimeLimit);
            await using var blob = await blobs.StageAsync(source, Math.Min(version.Size, limits.MaxPackageBytes));
            if (blob.Digest != version.Digest || blob.Size != version.Size)
                throw Other(version);
            await blobs.CommitAsync(blob);
            return true;
        }
        catch (BlobTooLargeException exception)
        {
            throw version.Size <= limits.MaxPackageBytes ? Other(version, exception) : new UpstreamAwayException("The upstream registry sent more bytes than a package may have.", exception);
        }
    }

    private static UpstreamAwayException Other(VersionRecord version, Exception? inner = null) =>
        new($"The upstream registry sent other bytes for {version.Slug} {version.Version} than it promised. Nothing of them was kept.", inner);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Slug} {Version} could not be fetched from upstream")]
    private static partial void NotFetched(ILogger logger, string slug, string version, Exception exception);
}
