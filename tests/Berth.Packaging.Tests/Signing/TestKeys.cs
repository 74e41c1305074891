using Berth.Packaging.Signing;

namespace Berth.Packaging.Tests.Signing;

/// <summary>One key of each algorithm, made once: RSA keys take time.</summary>
internal static class TestKeys
{
    public static SigningKey Rs256 { get; } = SigningKey.Create(SignatureAlgorithm.RS256, 2048);

    public static SigningKey Rs512 { get; } = SigningKey.Create(SignatureAlgorithm.RS512, 2048);

    public static SigningKey Es256 { get; } = SigningKey.Create(SignatureAlgorithm.ES256);

    public static SigningKey Es512 { get; } = SigningKey.Create(SignatureAlgorithm.ES512);

    public static IReadOnlyList<SigningKey> All { get; } = [Rs256, Rs512, Es256, Es512];

    public static SigningKey Of(string algorithm) => All.Single(key => key.Public.Algorithm.Name == algorithm);

    /// <summary>What a verifier knows: exactly these four keys.</summary>
    public static VerificationKey? Find(string kid) => All.Select(key => key.Public).FirstOrDefault(key => key.Thumbprint == kid);
}
