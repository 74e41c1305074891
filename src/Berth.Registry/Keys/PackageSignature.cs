using Berth.Packaging.Signing;

namespace Berth.Registry.Keys;

/// <summary>A signature of a published version, as the registry keeps it. It was verified when it was received.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Version">The version.</param>
/// <param name="Kid">The key.</param>
/// <param name="Algorithm">The key's algorithm.</param>
/// <param name="Role">One of <see cref="SignatureRole"/>.</param>
/// <param name="Protected">The protected header, base64url.</param>
/// <param name="Signature">The signature, base64url.</param>
/// <param name="SignedAt">What the signer says about the time.</param>
/// <param name="ReceivedAt">When the registry received or made it: the time that counts.</param>
/// <param name="Fault">Why it does not count any more, by what is known of its key now.</param>
public sealed record PackageSignature(
    string Slug,
    string Version,
    string Kid,
    string Algorithm,
    string Role,
    string Protected,
    string Signature,
    DateTimeOffset? SignedAt,
    DateTimeOffset ReceivedAt,
    SignatureFault? Fault)
{
    /// <summary>The signature as it stands in a signature file.</summary>
    public DetachedSignature ToDetached() =>
        new(Protected, Signature, new JwsHeader(SignatureAlgorithm.Find(Algorithm)!, Kid, DetachedSignature.FilesType) { SignedAt = SignedAt, Role = Role });
}

/// <summary>How adding signatures ended.</summary>
public abstract record SignatureOutcome
{
    private SignatureOutcome()
    {
    }

    /// <summary>They are kept and countersigned.</summary>
    /// <param name="Signatures">All signatures of the version.</param>
    /// <param name="Added">How many are new.</param>
    public sealed record Kept(IReadOnlyList<PackageSignature> Signatures, int Added) : SignatureOutcome;

    /// <summary>One of them does not hold; none is kept.</summary>
    /// <param name="Faults">All reasons.</param>
    public sealed record Refused(IReadOnlyList<SignatureFault> Faults) : SignatureOutcome;

    /// <summary>There is no such version.</summary>
    public sealed record Unknown : SignatureOutcome;

    /// <summary>The plugin is somebody else's.</summary>
    public sealed record Forbidden : SignatureOutcome;
}

/// <summary>Signatures of published versions.</summary>
public interface IPackageSignatures
{
    /// <summary>All signatures of a version, oldest first; <see langword="null"/> when there is no such version.</summary>
    Task<IReadOnlyList<PackageSignature>?> ListAsync(string slug, string version, CancellationToken cancellationToken = default);

    /// <summary>Adds signatures to a version, all or none, and countersigns them.</summary>
    /// <param name="slug">The plugin.</param>
    /// <param name="version">The version.</param>
    /// <param name="file">The signature file's JSON.</param>
    /// <param name="actor">Who acts for the plugin's publisher, or an administrator.</param>
    /// <param name="dryRun">Only judges.</param>
    /// <param name="cancellationToken"></param>
    Task<SignatureOutcome> AddAsync(string slug, string version, ReadOnlyMemory<byte> file, KeyActor actor, bool dryRun = false, CancellationToken cancellationToken = default);
}
