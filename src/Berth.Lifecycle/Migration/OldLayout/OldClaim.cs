namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>What says that a user has a plugin: a row, a folder or a note, before any file was read.</summary>
/// <param name="UserId">As the table <c>users</c> writes it, where it has the user.</param>
/// <param name="Slug">As the row says; <see langword="null"/> when only the files can tell.</param>
/// <param name="VersionText">As it is written.</param>
/// <param name="Row">The row of <c>plugin</c>.</param>
/// <param name="Modules">Rows of <c>module</c>.</param>
internal sealed record OldClaim(string UserId, string? Slug, string? VersionText, OldRow? Row, IReadOnlyList<OldRow> Modules)
{
    public FoundFolder? Folder { get; init; }

    public string? Obstacle { get; init; }

    /// <summary>Users and plugins as they are compared: users in any spelling, slugs without regard to case.</summary>
    public (string User, string Slug) Key => KeyOf(UserId, Slug ?? "");

    public static (string User, string Slug) KeyOf(string userId, string slug) => (OldIds.UserKey(userId), slug.ToUpperInvariant());
}
