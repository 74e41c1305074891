namespace Berth.Lifecycle.Installations;

/// <summary>
/// How a plugin came to a user, and what the user chose for it. Version, digest and choices are the database's affair; they stand
/// here too so that <c>berth doctor --rebuild</c> can make the rows again when the database is gone. A choice that is
/// <see langword="null"/> is the one that an installation begins with, so records from before it was kept read as such.
/// </summary>
/// <param name="InstallationType">The way in: <c>registry</c>, <c>handover</c>, …</param>
/// <param name="SourceUrl">Where it came from, where that was said.</param>
/// <param name="InstalledBy">The user who did it.</param>
/// <param name="InstalledAt">When.</param>
/// <param name="Version">The version in force.</param>
/// <param name="Digest">Digest of its package.</param>
/// <param name="Variant"><see cref="InstalledPlugin.OriginalVariant"/> where the user takes the author's files only.</param>
/// <param name="Pinned">The user's pin.</param>
/// <param name="Channel">The channel, where it is another than <see cref="InstalledPlugin.StableChannel"/>.</param>
/// <param name="AutoUpdate">True where the user lets it be updated by itself.</param>
/// <param name="Enabled">False where the user switched it off.</param>
internal sealed record RecoveryEntry(
    string InstallationType, string? SourceUrl, string InstalledBy, DateTimeOffset InstalledAt, string? Version = null, string? Digest = null,
    string? Variant = null, string? Pinned = null, string? Channel = null, bool? AutoUpdate = null, bool? Enabled = null)
{
    /// <summary>The same installation with these choices.</summary>
    public RecoveryEntry WithChoices(bool enabled, bool allowsVariant, string? pinned, string channel, bool autoUpdate) => this with
    {
        Variant = allowsVariant ? null : InstalledPlugin.OriginalVariant,
        Pinned = pinned,
        Channel = channel == InstalledPlugin.StableChannel ? null : channel,
        AutoUpdate = autoUpdate ? true : null,
        Enabled = enabled ? null : false,
    };

    /// <summary>The same installation with the choices of another entry.</summary>
    public RecoveryEntry WithChoicesOf(RecoveryEntry other) =>
        this with { Variant = other.Variant, Pinned = other.Pinned, Channel = other.Channel, AutoUpdate = other.AutoUpdate, Enabled = other.Enabled };
}
