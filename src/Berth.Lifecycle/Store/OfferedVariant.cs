using Berth.Packaging.Signing;

namespace Berth.Lifecycle.Store;

/// <summary>A derived package that a source hands out beside a version. The caller checks digest, signature and derivation.</summary>
/// <param name="Digest">SHA-256 that the source promises.</param>
/// <param name="Signature">The registry's signature over its files (a detached JWS, JSON), if it signs.</param>
/// <param name="Keys">The registry's keys by <c>kid</c>, as the source knows them.</param>
/// <param name="Content">The bytes; not necessarily seekable.</param>
public sealed record OfferedVariant(string Digest, string? Signature, IReadOnlyDictionary<string, TrustedKey> Keys, Stream Content) : IAsyncDisposable
{
    /// <inheritdoc />
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
