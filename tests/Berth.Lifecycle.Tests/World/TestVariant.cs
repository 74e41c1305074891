using System.Text;
using System.Text.Json.Nodes;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Tests.Store.Signatures;
using Berth.Packaging.Archive;
using Berth.Packaging.Signing;
using Berth.Packaging.Variants;

namespace Berth.Lifecycle.Tests.World;

/// <summary>An optimised variant as a registry makes and signs one.</summary>
internal sealed record TestVariant(byte[] Bytes, string Digest, string Signature)
{
    public const string Script = "dist/remoteEntry.js";

    /// <summary>What the optimised script says.</summary>
    public static readonly string Short = string.Concat(Enumerable.Range(0, 60).Select(number => $"console.log({number});"));

    /// <summary>A registry with Charts 1.0.0 and 1.1.0, whose author allows optimised files, and their variants.</summary>
    public static async Task<TestRegistry> RegistryAsync(SigningKey key)
    {
        var registry = new TestRegistry();
        await PublishAsync(registry, key);
        return registry;
    }

    /// <summary>The same in a registry that is there.</summary>
    public static async Task PublishAsync(TestRegistry registry, SigningKey key)
    {
        registry.Keys = [new AvailableKey(new TrustedKey(key.Public, new KeyValidity(Signer.Start), IsRegistry: true))];
        var leave = new JsonObject { ["optimization"] = new JsonObject { ["bundleOptimization"] = new JsonObject { ["enabled"] = true } } };
        foreach (var version in new[] { "1.0.0", "1.1.0" })
        {
            var package = await TestPackage.FrontendAsync("Charts", version, more: leave);
            registry.Publish(package);
            registry.Variants[package.Version.Digest] = await OfAsync(package, key);
        }
    }

    private static async Task<TestVariant> OfAsync(TestPackage package, SigningKey key)
    {
        var original = (await PackageReader.ReadAsync(new MemoryStream(package.Bytes), PackageLimits.Default)).Package.ShouldNotBeNull();
        var script = original.Files.Single(file => file.Path == Script);
        var text = Encoding.UTF8.GetBytes(Short);
        var sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(text));
        var statement = new VariantStatement
        {
            FormatVersion = VariantStatement.CurrentFormat,
            Kind = VariantStatement.Optimized,
            Slug = package.Slug,
            Version = package.Version.Version.ToString(),
            SourceDigest = original.Digest,
            Tools = new Dictionary<string, string>(),
            Stages = [],
            Options = new Dictionary<string, bool>(),
            Files = [new VariantFile(Script, sha256, script.Sha256)],
            Removed = [],
        };
        using var bytes = new MemoryStream();
        PackageWriter.Write(bytes,
        [
            new PackageInput("plugin.json", original.ManifestJson),
            new PackageInput(Script, text),
            new PackageInput(VariantStatement.Path, statement.ToUtf8()),
        ]);
        var variant = (await PackageReader.ReadAsync(new MemoryStream(bytes.ToArray()), PackageLimits.Default)).Package.ShouldNotBeNull();
        var signature = DetachedSignature.Create(CanonicalFileList.Create(variant), VariantSignature.Type, key, Signer.Start.AddDays(10), SignatureRole.Registry);
        return new TestVariant(bytes.ToArray(), variant.Digest, new SignatureFile([signature]).ToJson());
    }
}
