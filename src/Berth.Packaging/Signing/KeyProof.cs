using System.Text;

namespace Berth.Packaging.Signing;

/// <summary>
/// A key's own word that it belongs to an account: signed by the private part, over what it is for and whose it is to be. Who has
/// only copied somebody's public key cannot make one, and one that was overheard is good for no other account.
/// </summary>
public static class KeyProof
{
    /// <summary>The <c>typ</c> of such signatures.</summary>
    public const string Type = "berth-key-proof+jws";

    /// <summary>What <c>purpose</c> says.</summary>
    public const string Purpose = "berth-key-registration";

    /// <summary>What is signed: <c>{"formatVersion":1,"kid":"…","owner":"…","purpose":"berth-key-registration"}</c>, canonical (RFC 8785).</summary>
    /// <param name="key">The key.</param>
    /// <param name="owner">The id of the account that registers it.</param>
    public static byte[] Payload(VerificationKey key, string owner)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentException.ThrowIfNullOrEmpty(owner);
        var json = new StringBuilder("{\"formatVersion\":1,\"kid\":");
        CanonicalJson.AppendText(json, key.Thumbprint);
        json.Append(",\"owner\":");
        CanonicalJson.AppendText(json, owner);
        json.Append(",\"purpose\":");
        CanonicalJson.AppendText(json, Purpose);
        return Encoding.UTF8.GetBytes(json.Append('}').ToString());
    }

    /// <summary>The proof, as a signature file's JSON.</summary>
    public static string Create(SigningKey key, string owner)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new SignatureFile([DetachedSignature.Create(Payload(key.Public, owner), Type, key)]).ToJson();
    }

    /// <summary>Whether the proof holds: <see langword="null"/>, or why not.</summary>
    /// <param name="key">The key that is to be registered.</param>
    /// <param name="owner">For whom.</param>
    /// <param name="proof">A signature file's JSON.</param>
    public static SignatureFault? Check(VerificationKey key, string owner, string proof)
    {
        ArgumentNullException.ThrowIfNull(key);
        var reading = SignatureFile.Read(proof);
        if (reading.File is not { } file)
            return reading.Fault;
        if (file.Signatures.Count > 1)
            return new SignatureFault(SignatureFaultCodes.Size, "A proof is one signature, the key's own.");
        return file.Signatures[0].Header.Kid == key.Thumbprint
            ? file.Verify(Payload(key, owner), Type, _ => key)[0].Fault
            : new SignatureFault(SignatureFaultCodes.KeyUnknown, "It is signed by another key than the one that is to be registered.");
    }
}
