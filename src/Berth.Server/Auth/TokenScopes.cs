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

    /// <summary>All scopes.</summary>
    public static IReadOnlyList<string> All { get; } = [Read, Write, Publish, Admin];

    /// <summary>Whether a token with these scopes permits <paramref name="needed"/>. No scopes: everything its owner may do.</summary>
    public static bool Permit(IReadOnlyList<string> scopes, string needed) =>
        scopes.Count == 0 || scopes.Contains(needed) || scopes.Contains(Admin) || (needed == Read && scopes.Count > 0);
}
