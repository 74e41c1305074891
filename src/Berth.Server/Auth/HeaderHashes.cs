namespace Berth.Server.Auth;

/// <summary>
/// The hashes of tokens by the header that brought them. A connection that stays open brings the very same string with each request
/// (Kestrel makes a new one only when the bytes differ), and hashing it is most of what finding its caller costs. A header is known by
/// being the same object, so no secret is compared, and nothing here keeps one in memory. Safe for concurrent use.
/// </summary>
internal sealed class HeaderHashes
{
    private const int Places = 512;
    private readonly Entry?[] _entries = new Entry?[Places];

    /// <summary>The hash of the token in a header that was kept; <see langword="null"/> for every other one.</summary>
    public string? Find(string header) =>
        Volatile.Read(ref Place(header)) is { } entry && entry.Header.TryGetTarget(out var known) && ReferenceEquals(known, header) ? entry.Hash : null;

    /// <summary>Keeps one, in the place of another.</summary>
    public void Keep(string header, string hash) => Volatile.Write(ref Place(header), new Entry(new WeakReference<string>(header), hash));

    private ref Entry? Place(string header) => ref _entries[(uint)System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(header) % Places];

    private sealed record Entry(WeakReference<string> Header, string Hash);
}
