using Berth.Registry.Trust;

namespace Berth.Registry.Publishing;

/// <summary>A package that somebody wants to publish.</summary>
/// <param name="PublisherId">The user id of the publisher.</param>
/// <param name="PublisherIsAdministrator">Administrators' packages are trusted as <c>internal</c>, all others start as <c>community</c>.</param>
/// <param name="Body">The package's bytes; read once, never trusted to end.</param>
/// <param name="Slug">The slug the request names, if it does; must be the manifest's.</param>
/// <param name="Version">The version the request names, if it does; must be the manifest's.</param>
/// <param name="ContentSha256">The digest the request promises, hexadecimal, if it does.</param>
public sealed record PublishRequest(
    string PublisherId, bool PublisherIsAdministrator, Stream Body, string? Slug = null, string? Version = null, string? ContentSha256 = null)
{
    /// <summary>The detached signature file that came along (JSON text), if one did.</summary>
    public string? Signature { get; init; }

    /// <summary>Reads on after the body for a signature that comes behind it, where one may.</summary>
    public Func<CancellationToken, Task<string?>>? SignatureAfterBody { get; init; }

    /// <summary>Who sent it, where that is an administrator who acts for the publisher; <see cref="PublisherId"/> when not set.</summary>
    public string? SenderId { get; init; }

    /// <summary>The only plugin that the sender's token may publish; <see langword="null"/> for all.</summary>
    public string? OnlySlug { get; init; }

    /// <summary>The exchange of an identity token of continuous integration that this comes from, if it does.</summary>
    public string? ExchangeId { get; init; }

    /// <summary>The registry that a mirror or a bundle carries it from, if one does. Nothing that is carried is this registry's own.</summary>
    public PackageOrigin? Origin { get; init; }

    /// <summary>The trust level that a plugin begins with when this is its first package.</summary>
    public string FirstLevel => Origin?.FirstLevel ?? (PublisherIsAdministrator ? TrustLevels.Internal : TrustLevels.Community);
}
