using System.Text;
using Berth.Lifecycle.Trust;
using Berth.Registry.Trust;
using Berth.Registry.Trust.Quarantines;

namespace Berth.Server.Composition;

/// <summary>Decisions of the registry in the same process: the very bytes it would send, and a signal instead of waiting.</summary>
internal sealed class RegistryTrustSource(IQuarantines quarantines, TrustChanges changes) : ITrustSource
{
    public async Task<TrustDocument?> ReadAsync(string? etag, CancellationToken cancellationToken = default)
    {
        var statement = await quarantines.StatementAsync(cancellationToken);
        return statement.ETag == etag ? null : new TrustDocument(Encoding.UTF8.GetString(statement.Json.Span), statement.ETag);
    }

    public Task NextChangeAsync() => changes.NextAsync();
}
