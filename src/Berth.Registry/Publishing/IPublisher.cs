using Berth.Packaging.Archive;

namespace Berth.Registry.Publishing;

/// <summary>Takes packages in.</summary>
public interface IPublisher
{
    /// <summary>
    /// Receives, verifies and publishes a package. Before: the version may or may not exist. After: it is visible with
    /// exactly these bytes, durable (blob first, row last). After anything else: as before, no staging file left.
    /// </summary>
    Task<PublishOutcome> PublishAsync(PublishRequest request, CancellationToken cancellationToken = default);

    /// <summary>Everything <see cref="PublishAsync"/> would say about the bytes, nothing kept.</summary>
    Task<PackageReadOutcome> ValidateAsync(Stream body, CancellationToken cancellationToken = default);
}
