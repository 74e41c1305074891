using System.Collections.Concurrent;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Tests.World;

/// <summary>A registry in memory that can be away, slow or lie.</summary>
internal sealed class TestRegistry : IPackageSource
{
    private readonly ConcurrentDictionary<string, TestPackage> _packages = new(StringComparer.Ordinal);

    /// <summary>Whether it answers.</summary>
    public bool IsAway { get; set; }

    /// <summary>How often a package was fetched.</summary>
    public int Fetches;

    /// <summary>How often it was asked for a plugin's versions.</summary>
    public int Asks;

    /// <summary>Awaited before bytes are sent.</summary>
    public Func<Task> BeforeSending { get; set; } = () => Task.CompletedTask;

    /// <summary>The optimised variants by the digest of what they derive from.</summary>
    public ConcurrentDictionary<string, TestVariant> Variants { get; } = new(StringComparer.Ordinal);

    /// <summary>How often a variant was asked for.</summary>
    public int VariantsAsked;

    /// <summary>Turns the bytes into what is sent.</summary>
    public Func<byte[], Stream> Send { get; set; } = bytes => new MemoryStream(bytes);

    public void Publish(params TestPackage[] packages)
    {
        foreach (var package in packages)
            _packages[$"{package.Slug} {package.Version.Version}"] = package;
    }

    public void Change(string slug, string version, Func<AvailableVersion, AvailableVersion> change)
    {
        var key = $"{slug} {version}";
        _packages[key] = _packages[key] with { Version = change(_packages[key].Version) };
    }

    /// <summary>The keys it accepts.</summary>
    public IReadOnlyList<AvailableKey> Keys { get; set; } = [];

    /// <summary>Whether it is the host's own.</summary>
    public bool IsOwnRegistry { get; init; }

    public ValueTask<IReadOnlyList<AvailableKey>> KeysAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfAway();
        return ValueTask.FromResult(Keys);
    }

    public ValueTask<IReadOnlyList<AvailableVersion>> VersionsAsync(string slug, CancellationToken cancellationToken = default)
    {
        ThrowIfAway();
        Interlocked.Increment(ref Asks);
        return ValueTask.FromResult<IReadOnlyList<AvailableVersion>>(
            [.. _packages.Values.Select(package => package.Version).Where(version => version.Slug.Equals(slug, StringComparison.OrdinalIgnoreCase)).OrderByDescending(version => version.Version)]);
    }

    /// <summary>The slugs of each publisher's plugins.</summary>
    public ConcurrentDictionary<string, IReadOnlyList<string>> Publishers { get; } = new(StringComparer.Ordinal);

    public ValueTask<IReadOnlyList<string>?> SlugsOfAsync(string publisher, CancellationToken cancellationToken = default)
    {
        ThrowIfAway();
        return ValueTask.FromResult(Publishers.GetValueOrDefault(publisher));
    }

    public Task<AvailablePage> SearchAsync(AvailableQuery query, CancellationToken cancellationToken = default) => throw new NotSupportedException("No test searches here.");

    public async Task<Stream> OpenAsync(AvailableVersion version, CancellationToken cancellationToken = default)
    {
        ThrowIfAway();
        Interlocked.Increment(ref Fetches);
        await BeforeSending();
        return Send(_packages[$"{version.Slug} {version.Version}"].Bytes);
    }

    public Task<OfferedVariant?> OpenVariantAsync(AvailableVersion version, string kind, CancellationToken cancellationToken = default)
    {
        ThrowIfAway();
        Interlocked.Increment(ref VariantsAsked);
        return Task.FromResult(Variants.TryGetValue(version.Digest, out var variant)
            ? new OfferedVariant(variant.Digest, variant.Signature, Keys.ToDictionary(key => key.Key.Key.Thumbprint, key => key.Key, StringComparer.Ordinal), new MemoryStream(variant.Bytes))
            : null);
    }

    private void ThrowIfAway()
    {
        if (IsAway)
            throw new PackageSourceUnavailableException("The registry is away.");
    }
}
