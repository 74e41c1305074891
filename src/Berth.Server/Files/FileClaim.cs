using Berth.Lifecycle.Store;

namespace Berth.Server.Files;

/// <summary>Which bytes a file URL with a capability names: a version's, the author's or those of a variant.</summary>
/// <param name="Version">The version.</param>
/// <param name="Variant">The first digits of the variant's digest; <see langword="null"/> for the author's files.</param>
public readonly record struct FileClaim(string Version, string? Variant = null)
{
    private const char Sign = '~';
    private const int DigitsOfVariant = 8;

    /// <summary>What a user is served of a version: the URL changes with the bytes, because caches keep them for good.</summary>
    public static FileClaim Of(StoredVersion stored, bool allowsVariant) =>
        new(stored.Version, allowsVariant && stored.Variant is { } variant ? variant.Digest[..DigitsOfVariant] : null);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static FileClaim Read(string text) =>
        text.IndexOf(Sign, StringComparison.Ordinal) is >= 0 and var at ? new FileClaim(text[..at], text[(at + 1)..]) : new FileClaim(text);

    /// <summary>
    /// The files it names, as they are there now, and whether they are those very bytes. Optimised files that were given up since are
    /// the author's: a page that is open goes on, and no cache takes them for the others.
    /// </summary>
    public (FileTable Files, bool AreExact) In(StoredVersion stored)
    {
        if (Variant is null)
            return (stored.Files, true);
        return stored.Variant is { } variant && variant.Digest.StartsWith(Variant, StringComparison.Ordinal) ? (variant.Files, true) : (stored.Files, false);
    }

    /// <inheritdoc />
    public override string ToString() => Variant is null ? Version : $"{Version}{Sign}{Variant}";
}
