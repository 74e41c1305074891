using Berth.Data.Sessions;

namespace Berth.Lifecycle.Users;

/// <summary>
/// What somebody who goes leaves among the registry's publishers: who takes over their plugins also becomes the owner of
/// organisations that nobody else owns, and keeps the beginnings of slugs that were theirs. Without anybody to take over, an
/// administrator can act for the organisation.
/// </summary>
internal static class PublisherHandover
{
    public static async Task RunAsync(DbSession session, string userId, string author, long at)
    {
        if (await session.ScalarAsync<string>("SELECT id FROM users WHERE id = @author", new { author }) is null)
            return;
        await session.ExecuteAsync(
            """
            INSERT INTO publisher_member (publisher_id, user_id, role, added_at)
            SELECT m.publisher_id, @author, 'owner', @at FROM publisher_member m JOIN publisher p ON p.id = m.publisher_id
            WHERE m.user_id = @userId AND m.role = 'owner' AND p.user_id IS NULL
                AND NOT EXISTS (SELECT 1 FROM publisher_member o WHERE o.publisher_id = m.publisher_id AND o.role = 'owner' AND o.user_id <> @userId)
            ON CONFLICT (publisher_id, user_id) DO UPDATE SET role = 'owner'
            """,
            new { userId, author, at });
        // Their own publisher goes with them; its prefixes would be free for anybody.
        if (await session.ScalarAsync<long>(
            "SELECT COUNT(*) FROM publisher_prefix x JOIN publisher p ON p.id = x.publisher_id WHERE p.user_id = @userId", new { userId }) == 0)
        {
            return;
        }

        var heir = await session.ScalarAsync<string>("SELECT id FROM publisher WHERE user_id = @author", new { author });
        if (heir is null)
        {
            heir = Guid.CreateVersion7().ToString("n");
            await session.ExecuteAsync(
                """
                INSERT INTO publisher (id, name, display_name, kind, user_id, created_by, created_at)
                SELECT @heir, @name, username, 'personal', id, id, CAST(@at AS BIGINT) FROM users WHERE id = @author
                """,
                new { heir, name = "~" + author, author, at });
            await session.ExecuteAsync(
                "INSERT INTO publisher_member (publisher_id, user_id, role, added_at) VALUES (@heir, @author, 'owner', @at)", new { heir, author, at });
        }

        await session.ExecuteAsync(
            "UPDATE publisher_prefix SET publisher_id = @heir WHERE publisher_id IN (SELECT id FROM publisher WHERE user_id = @userId)", new { heir, userId });
    }
}
