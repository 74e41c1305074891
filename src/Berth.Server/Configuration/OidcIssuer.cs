namespace Berth.Server.Configuration;

/// <summary>An issuer of identity tokens of continuous integration that the operator trusts.</summary>
/// <param name="Issuer">Exactly as its tokens name it in <c>iss</c>.</param>
/// <param name="Keys">Where its public keys are: the path of a JWKS file, or an https address.</param>
public sealed record OidcIssuer(string Issuer, string Keys)
{
    /// <summary>Whether the keys come over the network.</summary>
    public bool IsRemote => Keys.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || Keys.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads <c>ISSUER KEYS;ISSUER KEYS</c>.</summary>
    /// <exception cref="BerthSettingsException">Something else is written there.</exception>
    public static IReadOnlyList<OidcIssuer> Read(string? text)
    {
        if (text is null)
            return [];
        var issuers = new List<OidcIssuer>();
        foreach (var entry in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (entry.Split((char[])[' ', '\t'], 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is not [var issuer, var keys]
                || !Uri.TryCreate(issuer, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http"))
            {
                throw new BerthSettingsException($"{BerthSettingNames.OidcIssuers}: '{entry}' is not an issuer and, after a space, the file or https address of its keys.");
            }

            if (keys.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
                throw new BerthSettingsException($"{BerthSettingNames.OidcIssuers}: the keys of {issuer} must come over https or from a file, or anybody on the way could make tokens.");
            if (issuers.Exists(other => other.Issuer == issuer))
                throw new BerthSettingsException($"{BerthSettingNames.OidcIssuers}: {issuer} is named twice.");
            issuers.Add(new OidcIssuer(issuer, keys));
        }

        return issuers;
    }
}
