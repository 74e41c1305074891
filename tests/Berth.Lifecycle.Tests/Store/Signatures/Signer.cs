using Berth.Lifecycle.Store;
using Berth.Lifecycle.Tests.World;
using Berth.Packaging.Archive;
using Berth.Packaging.Signing;

namespace Berth.Lifecycle.Tests.Store.Signatures;

/// <summary>An author and a registry that sign packages.</summary>
internal sealed class Signer : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public SigningKey Author { get; } = SigningKey.Create(SignatureAlgorithm.ES512);

    public SigningKey Registry { get; } = SigningKey.Create(SignatureAlgorithm.ES256);

    public AvailableKey AuthorKey(KeyValidity? validity = null) => new(new TrustedKey(Author.Public, validity ?? new KeyValidity(Start), IsRegistry: false));

    public AvailableKey RegistryKey(KeyValidity? validity = null) => new(new TrustedKey(Registry.Public, validity ?? new KeyValidity(Start), IsRegistry: true));

    /// <summary>The package with a signature of its author and, unless told otherwise, the registry's of that time.</summary>
    public async Task<TestPackage> SignAsync(TestPackage package, DateTimeOffset? receivedAt = null, bool countersigned = true)
    {
        var payload = CanonicalFileList.Create((await PackageReader.ReadAsync(new MemoryStream(package.Bytes), PackageLimits.Default)).Package.ShouldNotBeNull());
        var author = DetachedSignature.Create(payload, DetachedSignature.FilesType, Author);
        var file = new SignatureFile([author]);
        if (countersigned)
            file = file.With(DetachedSignature.Create(payload, DetachedSignature.FilesType, Registry, receivedAt ?? Start.AddDays(10), SignatureRole.Registry, [author.Digest]));
        return package with { Version = package.Version with { Signatures = file.ToJson() } };
    }

    public void Dispose()
    {
        Author.Dispose();
        Registry.Dispose();
    }
}
