using Berth.Packaging.Archive;

namespace Berth.Registry.Publishing;

/// <summary>A package that was received and read, on its way through the stages.</summary>
/// <param name="Id">Of the publication.</param>
/// <param name="Request">Who publishes; its body is read already.</param>
/// <param name="Package">The package.</param>
/// <param name="Texts">Its texts.</param>
/// <param name="BegunAt">When it came.</param>
internal sealed record PublishWork(string Id, PublishRequest Request, Package Package, PackageTexts Texts, DateTimeOffset BegunAt)
{
    /// <summary>How often its stages were begun.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Slug, as it is compared.</summary>
    public string Folded { get; } = Package.Manifest.Name.ToLowerInvariant();

    /// <summary>The version's text.</summary>
    public string Version { get; } = Package.Manifest.Version.ToString();

    /// <summary>What makes two publishes the same one.</summary>
    public PublishKey Key => new(Folded, Version, Package.Digest, Request.PublisherId);
}

/// <summary>What makes two publishes the same one.</summary>
internal readonly record struct PublishKey(string Folded, string Version, string Digest, string PublisherId);
