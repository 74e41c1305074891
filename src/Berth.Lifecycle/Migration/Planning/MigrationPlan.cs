using Berth.Lifecycle.Migration.OldLayout;

namespace Berth.Lifecycle.Migration.Planning;

/// <summary>What a migration will do: made from the old system and the target alone, without reading a file or writing anything.</summary>
/// <param name="Fingerprint">SHA-256 over everything the old system holds.</param>
/// <param name="Users">Every user of the old system.</param>
/// <param name="Contents">Every distinct content that is carried over, each one package.</param>
/// <param name="Installations">Every installation of the old system and what becomes of it.</param>
/// <param name="Findings">What the report lists, in its buckets.</param>
/// <param name="OldBytes">Bytes of the old layout.</param>
internal sealed record MigrationPlan(
    string Fingerprint, IReadOnlyList<PlannedUser> Users, IReadOnlyList<PlannedContent> Contents,
    IReadOnlyList<PlannedInstallation> Installations, IReadOnlyList<OldFinding> Findings, long OldBytes);

/// <summary>A user, and the name they get.</summary>
/// <param name="Old">As they are in the old system.</param>
/// <param name="Username">Unique without regard to case.</param>
/// <param name="Exists">Whether Berth knows the id already; nothing of the user is changed then.</param>
internal sealed record PlannedUser(OldUser Old, string Username, bool Exists);

/// <summary>One package to make.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="OldVersion">The version that the old system names.</param>
/// <param name="Version">The same, or with <c>+sha.…</c> when another content has that number.</param>
/// <param name="Folder">Where its files are read: the first holder's.</param>
/// <param name="IsTruncated">Files are missing or cut off; such a content never gets the plain number.</param>
/// <param name="Holders">Who has exactly these bytes, by new user id.</param>
/// <param name="MadeDigest">SHA-256 of the package that an earlier, finished run made of it.</param>
internal sealed record PlannedContent(
    string Slug, string OldVersion, string Version, OldFolder Folder, bool IsTruncated, IReadOnlyList<OldInstallation> Holders, string? MadeDigest)
{
    /// <summary>Names the content in the journal.</summary>
    public string Key => $"{Slug}/{OldVersion}/{Folder.ContentDigest}";
}

/// <summary>One installation of the old system.</summary>
/// <param name="Old">As it is there.</param>
/// <param name="UserId">The new id of its user, if the user is known.</param>
/// <param name="Content">Its package, when it is carried over.</param>
/// <param name="Fate">What becomes of it.</param>
/// <param name="Reason">Why it is not carried over.</param>
internal sealed record PlannedInstallation(OldInstallation Old, string? UserId, PlannedContent? Content, InstallationFate Fate, string? Reason)
{
    /// <summary>The id it has in Berth.</summary>
    public string PluginId => $"{UserId}_{Content?.Slug ?? Old.Slug}";
}

/// <summary>What becomes of an installation.</summary>
internal enum InstallationFate
{
    /// <summary>Installed for its user, with modules and settings.</summary>
    Migrated,

    /// <summary>Files that the old system did not show as installed: the user gets the package privately, and may install it.</summary>
    KeptPrivately,

    /// <summary>An earlier run carried it over; what the user did with it since stays.</summary>
    AlreadyMigrated,

    /// <summary>Stays in the old system only; the reason is in the report.</summary>
    NotMigrated,
}
