namespace Berth.Registry.Publishing;

/// <summary>A package that somebody wants to publish.</summary>
/// <param name="PublisherId">The user id of the publisher.</param>
/// <param name="PublisherIsAdministrator">Administrators' packages are trusted as <c>internal</c>, all others start as <c>community</c>.</param>
/// <param name="Body">The package's bytes; read once, never trusted to end.</param>
/// <param name="Slug">The slug the request names, if it does; must be the manifest's.</param>
/// <param name="Version">The version the request names, if it does; must be the manifest's.</param>
/// <param name="ContentSha256">The digest the request promises, hexadecimal, if it does.</param>
public sealed record PublishRequest(
    string PublisherId, bool PublisherIsAdministrator, Stream Body, string? Slug = null, string? Version = null, string? ContentSha256 = null);
