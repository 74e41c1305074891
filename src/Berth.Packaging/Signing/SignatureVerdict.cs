namespace Berth.Packaging.Signing;

/// <summary>What a verifier says about one signature. Whether the key was in force at the time is the key record's question.</summary>
/// <param name="Header">The signature's protected header.</param>
public abstract record SignatureVerdict(JwsHeader Header)
{
    /// <summary>Why it is refused, or <see langword="null"/>.</summary>
    public SignatureFault? Fault => (this as Refused)?.Why;

    /// <summary>The key signed these bytes.</summary>
    public sealed record Valid(JwsHeader Header, VerificationKey Key) : SignatureVerdict(Header);

    /// <summary>It proves nothing.</summary>
    public sealed record Refused(JwsHeader Header, SignatureFault Why) : SignatureVerdict(Header);
}
