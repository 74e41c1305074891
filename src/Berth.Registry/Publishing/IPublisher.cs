namespace Berth.Registry.Publishing;

/// <summary>Takes packages in.</summary>
public interface IPublisher
{
    /// <summary>
    /// Receives, verifies and publishes a package, and waits for the end. Before: the version may or may not exist. After: it is
    /// visible, or held for review, with exactly these bytes and all its verdicts, durable (blob first, row last). After
    /// anything else: as before, no staging file left. Once the package was read, it goes on when the caller goes away.
    /// </summary>
    Task<PublishOutcome> PublishAsync(PublishRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// The same, waiting for the stages no longer than that; zero for a caller who does not want to. After
    /// <see cref="PublishOutcome.Running"/>: package and publication are durable, and a process that starts after this one died
    /// takes it up again.
    /// </summary>
    Task<PublishOutcome> PublishAsync(PublishRequest request, TimeSpan wait, CancellationToken cancellationToken = default);

    /// <summary>Everything <see cref="PublishAsync(PublishRequest, CancellationToken)"/> would say, nothing kept.</summary>
    Task<PublishOutcome> ValidateAsync(PublishRequest request, CancellationToken cancellationToken = default);
}
