using Berth.Registry.Review;

namespace Berth.Registry.Publishing.Settings;

/// <summary>How a plugin may be published.</summary>
/// <param name="Slug">As it is spelled.</param>
/// <param name="Staged">Whether a second person must approve each version.</param>
/// <param name="TrustedOnly">Whether only continuous integration with a binding may publish.</param>
public sealed record PublishingSettings(string Slug, bool Staged, bool TrustedOnly);

/// <summary>Keeps how plugins may be published.</summary>
public interface IPublishingSettings
{
    /// <summary>The settings, or <see langword="null"/> when there is no such plugin.</summary>
    Task<PublishingSettings?> FindAsync(string slug, CancellationToken cancellationToken = default);

    /// <summary>Whether somebody who is no administrator may change them, and the bindings.</summary>
    Task<bool> MayManageAsync(string slug, string userId, CancellationToken cancellationToken = default);

    /// <summary>Changes them; what is <see langword="null"/> stays. Audited.</summary>
    Task<PublishingSettings> PutAsync(string slug, bool? staged, bool? trustedOnly, ReviewActor actor, CancellationToken cancellationToken = default);
}
