namespace Berth.Server.Configuration;

/// <summary>An origin as browsers write it in the header <c>Origin</c> (RFC 6454, section 6.2): scheme, host, and a port that is not the scheme's own.</summary>
internal static class WebOrigin
{
    /// <summary>Checks one entry of <see cref="BerthSettingNames.AllowedOrigins"/>.</summary>
    /// <remarks>
    /// Browsers compare letter by letter. What would never match, or would match more than one origin, is refused at the
    /// start rather than found out by a page that stays empty.
    /// </remarks>
    /// <exception cref="BerthSettingsException">It is not an origin, or not written as browsers write it.</exception>
    public static string Read(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Contains('*', StringComparison.Ordinal) || uri.UserInfo.Length > 0)
            throw Bad(text, "is not the origin of one page");
        var origin = uri.IsDefaultPort ? $"{uri.Scheme}://{HostOf(uri)}" : $"{uri.Scheme}://{HostOf(uri)}:{uri.Port}";
        return text == origin ? text : throw Bad(text, $"must be written as browsers write it, '{origin}'");
    }

    private static string HostOf(Uri uri) => uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;

    private static BerthSettingsException Bad(string text, string what) =>
        new($"{BerthSettingNames.AllowedOrigins}: '{text}' {what}. List exact origins separated by commas, for example https://app.example,http://localhost:3000.");
}
