using Berth.Packaging.Signing;

namespace Berth.Registry.Keys;

/// <summary>Signs as the registry: countersignatures of packages, derived artifacts, bundles.</summary>
public interface IRegistrySigner
{
    /// <summary>The key that signs now; made when there is none yet.</summary>
    Task<VerificationKey> KeyAsync(CancellationToken cancellationToken = default);

    /// <summary>Signs the payload, with the time.</summary>
    /// <param name="payload">What is signed.</param>
    /// <param name="type"><c>typ</c>: a name of its own for each kind of payload, such as <c>berth-bundle+jws</c>.</param>
    /// <param name="cancellationToken"></param>
    Task<DetachedSignature> SignAsync(ReadOnlyMemory<byte> payload, string type, CancellationToken cancellationToken = default);

    /// <summary>Bears witness that a package's file list was here now, and which signatures of it.</summary>
    /// <param name="payload">The canonical file list.</param>
    /// <param name="seen">Signatures that were verified.</param>
    /// <param name="cancellationToken"></param>
    Task<DetachedSignature> CountersignAsync(ReadOnlyMemory<byte> payload, IReadOnlyList<DetachedSignature> seen, CancellationToken cancellationToken = default);
}
