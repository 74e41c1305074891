using System.Security.Cryptography.X509Certificates;

namespace Berth.Server.Auth.Integration;

/// <summary>How the keys of issuers are read over https.</summary>
internal sealed record IssuerKeyOptions
{
    /// <summary>Whether an issuer may be in a private network. Off: those are named by a file.</summary>
    public bool AllowsPrivateAddresses { get; init; }

    /// <summary>Authorities that are believed instead of the machine's own.</summary>
    public X509Certificate2Collection? Authorities { get; init; }
}
