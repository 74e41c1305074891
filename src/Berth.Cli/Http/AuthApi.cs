using System.Text.Json;
using Berth.Cli.Output;

namespace Berth.Cli.Http;

/// <summary>Who the caller is.</summary>
internal sealed record Caller(string Id, string Username, IReadOnlyList<string>? Roles, IReadOnlyList<string>? Scopes);

/// <summary>What signing in gives.</summary>
internal sealed record SignedIn(string Token, Caller? User);

/// <summary>A token of the caller, without its secret.</summary>
internal sealed record TokenRecord(
    string Id, string? Name, IReadOnlyList<string>? Scopes, DateTimeOffset? CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt);

/// <summary>A new token with its only copy.</summary>
internal sealed record CreatedToken(string Id, string? Name, string Token, DateTimeOffset? ExpiresAt);

/// <summary>The resource <c>/api/v1/auth</c>.</summary>
internal static class AuthApi
{
    private const string Path = "/api/v1/auth";

    /// <summary>Who the token belongs to.</summary>
    public static Task<Caller> MeAsync(this ApiConnection host, CancellationToken cancellationToken) =>
        host.GetAsync<Caller>(Path + "/me", cancellationToken);

    /// <summary>Signs in with a password.</summary>
    public static Task<SignedIn> LoginAsync(this ApiConnection host, string username, string password, CancellationToken cancellationToken) =>
        host.SendAsync<SignedIn>(HttpMethod.Post, Path + "/login", new { username, password }, cancellationToken);

    /// <summary>Signs in with the code of a one-time link.</summary>
    public static Task<SignedIn> SignInAsync(this ApiConnection host, string code, CancellationToken cancellationToken) =>
        host.SendAsync<SignedIn>(HttpMethod.Post, Path + "/signin", new { code }, cancellationToken);

    /// <summary>Ends the session behind the caller's token.</summary>
    public static Task LogoutAsync(this ApiConnection host, CancellationToken cancellationToken) =>
        host.SendAsync(HttpMethod.Post, Path + "/logout", null, cancellationToken);

    /// <summary>The caller's tokens, in an array or in the member <c>tokens</c>.</summary>
    public static async Task<IReadOnlyList<TokenRecord>> TokensAsync(this ApiConnection host, CancellationToken cancellationToken)
    {
        var answer = await host.GetAsync<JsonElement>(Path + "/tokens", cancellationToken);
        var list = answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("tokens", out var member) ? member : answer;
        return list.ValueKind == JsonValueKind.Array
            ? list.Deserialize<List<TokenRecord>>(WireJson.Options) ?? []
            : throw new CommandFailedException(ExitCode.Failed, "client.answer.unreadable", $"{host.Address} answered something else than a list of tokens.");
    }

    /// <summary>Makes a token.</summary>
    public static Task<CreatedToken> CreateTokenAsync(
        this ApiConnection host, string name, IReadOnlyList<string>? scopes, int? expiresInDays, CancellationToken cancellationToken) =>
        host.SendAsync<CreatedToken>(HttpMethod.Post, Path + "/tokens", new { name, scopes, expires_in_days = expiresInDays }, cancellationToken);

    /// <summary>Ends a token.</summary>
    public static Task RevokeTokenAsync(this ApiConnection host, string id, CancellationToken cancellationToken) =>
        host.SendAsync(HttpMethod.Delete, $"{Path}/tokens/{Uri.EscapeDataString(id)}", null, cancellationToken);
}
