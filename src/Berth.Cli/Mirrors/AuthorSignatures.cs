using System.Text.Json;
using Berth.Packaging.Signing;

namespace Berth.Cli.Mirrors;

/// <summary>The authors' signatures of a version, and the public keys they were made with as far as their registry tells.</summary>
/// <param name="File">What lies beside the package as <c>.sig</c>.</param>
/// <param name="Keys">By <c>kid</c>.</param>
internal sealed record AuthorSignatures(SignatureFile File, IReadOnlyDictionary<string, VerificationKey> Keys)
{
    /// <summary>Those that count where they come from. A registry's own countersignatures stay with it: the target makes its own.</summary>
    public static SignatureFile? Of(IReadOnlyList<MirroredSignature>? signatures)
    {
        // Answers say more of each than the file's format has.
        var kept = (signatures ?? []).Where(one => one is { Valid: not false, Protected: not null, Signature: not null })
            .Select(one => JsonSerializer.Serialize(new { @protected = one.Protected, signature = one.Signature }));
        var file = SignatureFile.Read($"{{\"signatures\":[{string.Join(',', kept)}]}}").File;
        return file is null ? null : Only(file, signature => signature.Header.Role == SignatureRole.Author);
    }

    /// <summary>The signatures that fit, or <see langword="null"/> when none does.</summary>
    public static SignatureFile? Only(SignatureFile file, Func<DetachedSignature, bool> fits) =>
        file.Signatures.Where(fits).ToList() is { Count: > 0 } some ? new SignatureFile(some) : null;
}
