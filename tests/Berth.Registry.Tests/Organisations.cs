using Berth.Data.Sessions;

namespace Berth.Registry.Tests;

/// <summary>Organisations as their tables have them.</summary>
internal static class Organisations
{
    public const string Acme = "acme";

    /// <summary>Makes the organisation with these members, and gives it the plugin.</summary>
    public static Task OwnAsync(IDatabase database, string slug, params (string User, string Role)[] members) => database.WriteAsync(async session =>
    {
        await session.ExecuteAsync(
            "INSERT INTO publisher (id, name, display_name, kind, created_by, created_at) VALUES ('id-of-acme', @Acme, 'Acme', 'organisation', 'x', 1) ON CONFLICT DO NOTHING", new { Acme });
        foreach (var (user, role) in members)
        {
            await session.ExecuteAsync(
                """
                INSERT INTO publisher_member (publisher_id, user_id, role, added_at) VALUES ('id-of-acme', @user, @role, 1)
                ON CONFLICT (publisher_id, user_id) DO UPDATE SET role = excluded.role
                """,
                new { user, role });
        }

        return await session.ExecuteAsync("UPDATE package SET publisher_id = 'id-of-acme' WHERE slug = @slug", new { slug });
    });

    /// <summary>Keeps the beginning for the organisation.</summary>
    public static Task TakePrefixAsync(IDatabase database, string prefix) => database.WriteAsync(
        session => session.ExecuteAsync("INSERT INTO publisher_prefix (prefix, publisher_id, granted_by, granted_at) VALUES (@prefix, 'id-of-acme', 'x', 1)", new { prefix }));
}
