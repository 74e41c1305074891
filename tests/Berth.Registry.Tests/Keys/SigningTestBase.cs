using System.Text;
using Berth.Data.Sessions;
using Berth.Packaging.Archive;
using Berth.Packaging.Signing;
using Berth.Registry.Keys;
using Berth.Registry.Publishing;
using Berth.Registry.Publishing.Stages;
using Berth.Registry.Trust;
using Berth.Registry.Trust.Policies;

namespace Berth.Registry.Tests.Keys;

/// <summary>A registry with keys, and the signature stage by itself.</summary>
public abstract class SigningTestBase(DatabaseKind kind) : RegistryTestBase(kind)
{
    protected static readonly KeyActor AdaHerself = new(Ada, Ada, IsAdministrator: false);
    protected static readonly KeyActor Administrator = new(Bob, Bob, IsAdministrator: true);

    protected IKeyRecords Keys => Part<IKeyRecords>();

    protected IPackageSignatures Signatures => Part<IPackageSignatures>();

    protected IRegistrySigner Signer => Part<IRegistrySigner>();

    protected async Task<SigningKey> KeyOfAsync(string owner = Ada, SignatureAlgorithm? algorithm = null, DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null)
    {
        var key = SigningKey.Create(algorithm ?? SignatureAlgorithm.ES256, 2048);
        (await Keys.AddAsync(new NewKey(key.Public, owner, owner, "laptop", notBefore, notAfter, KeyProof.Create(key, owner)))).ShouldBeOfType<KeyOutcome.Done>();
        return key;
    }

    protected static async Task<byte[]> PayloadAsync(byte[] package) =>
        CanonicalFileList.Create((await PackageReader.ReadAsync(new MemoryStream(package), PackageLimits.Default)).Package.ShouldNotBeNull());

    /// <summary>A signature file of the package by these keys.</summary>
    protected static async Task<byte[]> SignAsync(byte[] package, params SigningKey[] keys)
    {
        var payload = await PayloadAsync(package);
        return Encoding.UTF8.GetBytes(new SignatureFile([.. keys.Select(key => DetachedSignature.Create(payload, DetachedSignature.FilesType, key))]).ToJson());
    }

    internal SignatureStage Stage(params string[] required) => new(Database, Part<RegistrySigner>(), new Demanding(required), Time);

    internal static async Task<PublishContext> ContextAsync(byte[] package, byte[]? signature = null, string publisher = Ada) => new(
        new PublishRequest(publisher, PublisherIsAdministrator: false, new MemoryStream(package)) { Signature = signature is null ? null : Encoding.UTF8.GetString(signature) },
        (await PackageReader.ReadAsync(new MemoryStream(package), PackageLimits.Default)).Package.ShouldNotBeNull(),
        () => new MemoryStream(package));

    protected Task<IReadOnlyList<string>> EventsAsync(string type) =>
        Database.ReadAsync(s => s.QueryAsync<string>("SELECT subject FROM outbox WHERE type = @type ORDER BY seq", new { type }));

    /// <summary>What a host says that has only the registry's answers.</summary>
    protected async Task<IReadOnlyList<JudgedSignature>> AsAHostAsync(byte[] package, string version = "1.0.0")
    {
        var all = (await Signatures.ListAsync("Notes", version)).ShouldNotBeNull();
        var file = SignatureFile.Read($$"""{"signatures":[{{string.Join(',', all.Select(one => $$"""{"protected":"{{one.Protected}}","signature":"{{one.Signature}}"}"""))}}]}""").File.ShouldNotBeNull();
        var keys = (await Keys.ListAsync()).ToDictionary(key => key.Kid, key => key.ToTrusted());
        return PackageSignatures.Judge(file, await PayloadAsync(package), kid => keys.GetValueOrDefault(kid), Time.GetUtcNow());
    }

    /// <summary>The usual policies, with signatures required at every level.</summary>
    private sealed class Demanding(IReadOnlyList<string> required) : ITrustPolicies
    {
        public TrustPolicy Of(string level) => TrustPolicyDefaults.All.Single(policy => policy.Level == level) with { RequiredSignatures = required };
    }
}
