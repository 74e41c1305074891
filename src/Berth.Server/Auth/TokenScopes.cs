namespace Berth.Server.Auth;

/// <summary>What a token may be limited to.</summary>
public static class TokenScopes
{
    /// <summary>Reading installations, files, the catalogue; calling plugins.</summary>
    public const string Read = "read";

    /// <summary>Installing, updating, removing; includes <see cref="Read"/>.</summary>
    public const string Write = "write";

    /// <summary>Publishing packages; includes <see cref="Read"/>.</summary>
    public const string Publish = "publish";

    /// <summary>Administration, if its owner is an administrator; includes all others.</summary>
    public const string Admin = "admin";

    /// <summary>What a scope begins with that permits publishing one plugin and nothing else; its slug follows.</summary>
    public const string PublishOnePrefix = "publish:";

    /// <summary>What the scope begins with that names the exchange a publish token comes from.</summary>
    public const string ExchangePrefix = "exchange:";

    /// <summary>All scopes.</summary>
    public static IReadOnlyList<string> All { get; } = [Read, Write, Publish, Admin];

    /// <summary>Whether a token with these scopes permits <paramref name="needed"/>. No scopes: everything its owner may do.</summary>
    public static bool Permit(IReadOnlyList<string> scopes, string needed) =>
        scopes.Count == 0 || scopes.Contains(needed) || scopes.Contains(Admin) || (needed == Read && scopes.Count > 0);

    /// <summary>The only plugin that a publish token of continuous integration is for; <see langword="null"/> for every other token.</summary>
    public static string? OnlySlug(IReadOnlyList<string> scopes) => After(scopes, PublishOnePrefix);

    /// <summary>The exchange that a publish token of continuous integration comes from.</summary>
    public static string? ExchangeId(IReadOnlyList<string> scopes) => After(scopes, ExchangePrefix);

    private static string? After(IReadOnlyList<string> scopes, string prefix)
    {
        foreach (var scope in scopes)
        {
            if (scope.StartsWith(prefix, StringComparison.Ordinal))
                return scope[prefix.Length..];
        }

        return null;
    }
}
