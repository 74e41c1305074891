using System.Text.Json;
using Berth.Registry.Publishing.Bindings;

namespace Berth.Server.Auth.Integration;

/// <summary>Gives continuous integration a short-lived token for one plugin in exchange for its identity token, once.</summary>
internal sealed class IntegrationExchange(IdentityTokens identities, IPublishBindings bindings, TimeProvider time)
{
    /// <summary>How long the token is good.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    // What is over is of no use to anybody, and each exchange leaves one.
    private static readonly TimeSpan OverAreKept = TimeSpan.FromDays(1);

    /// <summary>Exchanges.</summary>
    /// <returns>The outcome, and the token with its end when one was issued.</returns>
    public async Task<(ExchangeOutcome Outcome, string? Token, DateTimeOffset ExpiresAt)> RunAsync(string identityToken, string? slug, CancellationToken cancellationToken)
    {
        var identity = await identities.VerifyAsync(identityToken, cancellationToken);
        var token = AccessToken.Create(AccessToken.IntegrationPrefix);
        var now = time.GetUtcNow();
        var expires = now + Life;
        var outcome = await bindings.ExchangeAsync(identity, slug, async (session, binding, exchangeId) =>
        {
            await session.ExecuteAsync("DELETE FROM tokens WHERE kind = 'ci' AND expires_at < @before", new { before = (now - OverAreKept).ToUnixTimeMilliseconds() });
            var id = await TokenStore.InsertAsync(
                session, binding.CreatedBy, TokenKind.Integration, token, $"{binding.Repository} {binding.Workflow}",
                [TokenScopes.PublishOnePrefix + binding.Slug, TokenScopes.ExchangePrefix + exchangeId], now, expires);
            await session.ExecuteAsync(
                "INSERT INTO outbox (at, type, subject, user_id, data) VALUES (@at, 'berth.token.created', @id, @CreatedBy, @data)",
                new { at = now.ToUnixTimeMilliseconds(), id, binding.CreatedBy, data = JsonSerializer.Serialize(new { token_id = id }) });
        }, cancellationToken);
        return (outcome, outcome is ExchangeOutcome.Issued ? token : null, expires);
    }
}
