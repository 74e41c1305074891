namespace Berth.Lifecycle.Trust;

/// <summary>Where a host learns what its registry says of quarantines, restrictions and policies: in the same process, or over HTTP.</summary>
public interface ITrustSource
{
    /// <summary>What is in force; <see langword="null"/> when it is still what <paramref name="etag"/> names.</summary>
    /// <exception cref="Store.PackageSourceUnavailableException">The registry does not answer.</exception>
    Task<TrustDocument?> ReadAsync(string? etag, CancellationToken cancellationToken = default);

    /// <summary>Ends when the registry changed something; never, where nobody can tell. To be taken before reading.</summary>
    Task NextChangeAsync();
}

/// <summary>An answer of <c>GET /api/v1/trust/quarantines</c>.</summary>
/// <param name="Json">The body.</param>
/// <param name="ETag">Its entity tag.</param>
public sealed record TrustDocument(string Json, string ETag);
