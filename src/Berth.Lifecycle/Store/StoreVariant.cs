namespace Berth.Lifecycle.Store;

/// <summary>
/// The optimised front-end files of a version in the store. They lie in the index folder beside the pre-compressed ones,
/// named by their own digests, and are served to those who take them in the place of the author's, which stay where they are, untouched: what is
/// verified, signed and loaded is always the author's.
/// </summary>
/// <param name="Kind">For example <c>optimized</c>.</param>
/// <param name="Digest">SHA-256 of the variant's package.</param>
/// <param name="Files">The files that are not the author's.</param>
internal sealed record StoreVariant(string Kind, string Digest, IReadOnlyList<StoreIndexFile> Files)
{
    /// <summary>The registry's signature over <see cref="Signed"/>, a signature file; what an older program took has none.</summary>
    public string? Signature { get; init; }

    /// <summary>All files of the variant's package, as the registry signed them.</summary>
    public IReadOnlyList<StoreSignedFile>? Signed { get; init; }
}

/// <summary>A file as a signature covers it.</summary>
internal sealed record StoreSignedFile(string Path, long Size, string Sha256);
