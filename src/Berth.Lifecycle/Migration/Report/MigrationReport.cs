using System.Text.Json.Serialization;

namespace Berth.Lifecycle.Migration.Report;

/// <summary>What a migration does, or did: the same from a dry run and from the run itself.</summary>
/// <param name="Fingerprint">SHA-256 over everything the old system holds.</param>
/// <param name="NothingToDo">Everything was carried over before.</param>
/// <param name="Users">Users of the old system.</param>
/// <param name="Installations">Installations of the old system.</param>
/// <param name="Modules">Rows of modules that belong to migrated installations.</param>
/// <param name="Packages">Packages, one for each distinct content.</param>
/// <param name="Bytes">What it does to the disk.</param>
/// <param name="Buckets">Findings by kind.</param>
public sealed record MigrationReport(
    string Fingerprint, bool NothingToDo, UserFigures Users, InstallationFigures Installations, long Modules,
    PackageFigures Packages, ByteFigures Bytes, IReadOnlyList<ReportBucket> Buckets);

/// <summary>Users. <paramref name="Total"/> = created + there before.</summary>
/// <param name="Total">In the old system.</param>
/// <param name="Created">Made by the run; they have no password.</param>
/// <param name="Existing">Known to Berth before; left as they are.</param>
public sealed record UserFigures(long Total, long Created, long Existing);

/// <summary>Installations. <paramref name="Total"/> = the other four together.</summary>
/// <param name="Total">In the old system: rows, and folders without a row.</param>
/// <param name="Migrated">Installed in Berth with everything the user had set.</param>
/// <param name="KeptPrivately">Folders without a row: their user may install the package.</param>
/// <param name="AlreadyMigrated">By an earlier run.</param>
/// <param name="NotMigrated">Stay in the old system; each is in a bucket with its reason.</param>
public sealed record InstallationFigures(long Total, long Migrated, long KeptPrivately, long AlreadyMigrated, long NotMigrated);

/// <summary>Packages.</summary>
/// <param name="Total">Distinct contents.</param>
/// <param name="Made">Made by the run.</param>
/// <param name="Items">Each one.</param>
public sealed record PackageFigures(long Total, long Made, IReadOnlyList<ReportPackage> Items);

/// <summary>One package.</summary>
/// <param name="Slug">Plugin.</param>
/// <param name="OldVersion">What the old system calls it.</param>
/// <param name="Version">What Berth calls it.</param>
/// <param name="Digest">SHA-256 of the package.</param>
/// <param name="Users">How many have exactly these bytes.</param>
/// <param name="Files">How many files.</param>
/// <param name="Bytes">Of the files.</param>
/// <param name="Truncated">Files are missing or cut off.</param>
/// <param name="Placed">Files that lie elsewhere in the package than in the old folder.</param>
/// <param name="NotServed">Old paths that a browser could show and that Berth keeps without serving them.</param>
public sealed record ReportPackage(
    string Slug, string OldVersion, string Version, string Digest, long Users, long Files, long Bytes, bool Truncated,
    IReadOnlyList<ReportPlace> Placed, IReadOnlyList<string> NotServed);

/// <summary>A file that changed its place.</summary>
public sealed record ReportPlace(string From, string To);

/// <summary>Bytes on disk.</summary>
/// <param name="Before">Plugin files of the old layout. They stay until the operator removes them.</param>
/// <param name="Added">Packages, files of the store and pre-compressed variants that the run adds.</param>
/// <param name="Saved">What removing the old layout then gains.</param>
/// <param name="SavedPercent">The same in hundredths of what was there before.</param>
public sealed record ByteFigures(long Before, long Added, long Saved, double SavedPercent);

/// <summary>Findings of one kind.</summary>
/// <param name="Name">For example <c>identical_duplicate</c>.</param>
/// <param name="Count">How many.</param>
/// <param name="Items">All in the file, the first ones on a screen.</param>
public sealed record ReportBucket(string Name, long Count, IReadOnlyList<ReportFinding> Items);

/// <summary>One finding.</summary>
public sealed record ReportFinding(
    string? UserId, string? Slug, string? Version, string? Path, [property: JsonPropertyName("message")] string Message);
