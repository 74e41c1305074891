namespace Berth.Server.Auth;

/// <summary>What a token is for.</summary>
public enum TokenKind
{
    /// <summary>A personal access token.</summary>
    Personal,

    /// <summary>A browser's session.</summary>
    Session,

    /// <summary>A one-time sign-in code.</summary>
    SignIn,

    /// <summary>A short-lived publish token of continuous integration.</summary>
    Integration,
}

/// <summary>A token, without its secret.</summary>
/// <param name="Id">Names it for revoking.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Scopes">What it permits; empty permits all that its owner may.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="ExpiresAt">Until when, if it ends.</param>
/// <param name="RevokedAt">Since when it is no longer accepted.</param>
public sealed record TokenRecord(
    string Id, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt);
