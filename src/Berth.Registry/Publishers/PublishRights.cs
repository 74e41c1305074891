using Berth.Data.Sessions;

namespace Berth.Registry.Publishers;

/// <summary>
/// Who may publish under a slug and decide about it. A plugin belongs to one person, or to the members of a publisher by their
/// role. A new slug is free unless its name is reserved or lies below a prefix of somebody else; the longest prefix decides.
/// Whoever may publish acts for the plugin's publisher, wherever that is asked: keys, requests, reviews, quarantines.
/// </summary>
internal static class PublishRights
{
    // The roles that cover a maintainer's; a test compares them with PublisherRoles.
    private const string ActingRoles = "'owner', 'admin', 'maintainer'";

    /// <summary>
    /// Whether the account acts for the plugin's publisher: its owner where it is a person's own, else a member who may publish.
    /// For a new slug, a member of the publisher whose prefix it has.
    /// </summary>
    public static async Task<bool> ActsForAsync(DbSession session, string slug, string userId)
    {
        var folded = slug.ToLowerInvariant();
        var role = await PackageAsync(session, folded) is { } package
            ? await RoleAsync(session, package, userId)
            : (await PrefixAsync(session, folded, userId))?.Role;
        return PublisherRoles.Covers(role, PublisherRoles.Maintainer);
    }

    /// <summary>The same of a plugin that is there, in SQL over <c>package p</c>.</summary>
    /// <param name="account">A column or a parameter.</param>
    public static string ActsForSql(string account) =>
        $"((p.publisher_id IS NULL AND p.owner_id = {account}) OR {ActingMemberSql("p.publisher_id", account)})";

    /// <summary>Whether the account is a member of a publisher who acts for it, in SQL.</summary>
    /// <param name="publisher">A column or a parameter with the publisher's id; none is nobody's.</param>
    /// <param name="account">A column or a parameter.</param>
    public static string ActingMemberSql(string publisher, string account) =>
        $"EXISTS (SELECT 1 FROM publisher_member acting WHERE acting.publisher_id = {publisher} AND acting.user_id = {account} AND acting.role IN ({ActingRoles}))";

    /// <summary>Whether the user may publish under the slug, new or not.</summary>
    public static async Task<bool> MayPublishAsync(DbSession session, string slug, string userId) =>
        await FindObstacleAsync(session, slug, userId) is null;

    /// <summary>Why the user may not publish under the slug, in a sentence; <see langword="null"/> when they may.</summary>
    public static async Task<string?> FindObstacleAsync(DbSession session, string slug, string userId)
    {
        var folded = slug.ToLowerInvariant();
        if (await PackageAsync(session, folded) is { } package)
        {
            return await ActsForAsync(session, package.Slug, userId)
                ? null : $"The slug '{package.Slug}' belongs to another publisher. Choose another one, or ask its owner.";
        }

        if (await session.FirstOrDefaultAsync<ReservedRow>("SELECT reason FROM reserved_slug WHERE slug_folded = @folded", new { folded }) is { } reserved)
            return $"The name '{slug}' is reserved: {reserved.Reason} Choose another one, or ask an administrator.";
        return await PrefixAsync(session, folded, userId) is { } prefix && !PublisherRoles.Covers(prefix.Role, PublisherRoles.Maintainer)
            ? $"Names that begin with '{prefix.Prefix}' are those of the publisher '{prefix.Name}'. Choose another one, or ask to become its member."
            : null;
    }

    /// <summary>The user's role in the publisher of an existing plugin; <see langword="null"/> for none.</summary>
    public static async Task<string?> RoleAsync(DbSession session, string slug, string userId) =>
        await PackageAsync(session, slug.ToLowerInvariant()) is { } package ? await RoleAsync(session, package, userId) : null;

    /// <summary>The organisation that a new slug belongs to by its prefix; <see langword="null"/> when it is its publisher's own.</summary>
    public static async Task<string?> OrganisationOfNewAsync(DbSession session, string slug, string userId) =>
        await PrefixAsync(session, slug.ToLowerInvariant(), userId) is { Kind: PublisherKinds.Organisation } prefix ? prefix.PublisherId : null;

    private static async Task<string?> RoleAsync(DbSession session, PackageRow package, string userId) =>
        package.PublisherId is null
            ? package.OwnerId == userId ? PublisherRoles.Owner : null
            : await session.ScalarAsync<string>(
                "SELECT role FROM publisher_member WHERE publisher_id = @PublisherId AND user_id = @userId", new { package.PublisherId, userId });

    private static Task<PackageRow?> PackageAsync(DbSession session, string folded) => session.FirstOrDefaultAsync<PackageRow>(
        "SELECT slug, owner_id, publisher_id FROM package WHERE slug_folded = @folded", new { folded });

    private static Task<PrefixRow?> PrefixAsync(DbSession session, string folded, string userId) => session.FirstOrDefaultAsync<PrefixRow>(
        """
        SELECT p.prefix, o.id AS publisher_id, o.name, o.kind, m.role
        FROM publisher_prefix p JOIN publisher o ON o.id = p.publisher_id
        LEFT JOIN publisher_member m ON m.publisher_id = o.id AND m.user_id = @userId
        WHERE substr(@folded, 1, length(p.prefix)) = p.prefix ORDER BY length(p.prefix) DESC LIMIT 1
        """,
        new { folded, userId });

    private sealed record PackageRow(string Slug, string OwnerId, string? PublisherId);

    private sealed record ReservedRow(string Reason);

    private sealed record PrefixRow(string Prefix, string PublisherId, string Name, string Kind, string? Role);
}
