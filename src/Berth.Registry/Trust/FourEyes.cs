using Berth.Data.Sessions;
using Berth.Registry.Publishers;

namespace Berth.Registry.Trust;

/// <summary>
/// Who may give trust: never the plugin's owner or who publishes for it, never who asked for it. The caller's own right is what is checked, not the
/// trust of what is asked about. On a registry where nobody else could decide, its one administrator may, and the record says so.
/// </summary>
internal static class FourEyes
{
    /// <summary>Why the actor may not raise the trust of a plugin directly; <see langword="null"/> when they may.</summary>
    public static async Task<TrustRefusal?> CheckDirectAsync(DbSession session, TrustActor actor, string slug) =>
        await IsTheirsAsync(session, actor, [slug]) ? await CheckOwnAsync(session, actor, $"'{slug}'") : null;

    /// <summary>Why the actor may not give trust to what is their own; <see langword="null"/> when nobody else could.</summary>
    public static async Task<TrustRefusal?> CheckOwnAsync(DbSession session, TrustActor actor, string what) => await IsAloneAsync(session, actor.Id) ? null : new TrustRefusal(
        TrustRefusalKind.Forbidden, "trust.own_plugin",
        $"You own {what}, and nobody gives trust to what is their own. Ask another reviewer or administrator, or make a request: POST /api/v1/plugins/{{slug}}/trust/requests.");

    /// <summary>Why the actor may not grant a request; <see langword="null"/> when they may. Here a lone administrator is no exception.</summary>
    public static async Task<TrustRefusal?> CheckRequestAsync(DbSession session, TrustActor actor, string requestedBy, string slug) =>
        actor.Id == requestedBy ? new TrustRefusal(TrustRefusalKind.Forbidden, "trust.own_request", "You made this request yourself. Another reviewer or administrator decides on it.")
        : await IsTheirsAsync(session, actor, [slug]) ? new TrustRefusal(TrustRefusalKind.Forbidden, "trust.own_plugin", "You own this plugin. Another reviewer or administrator decides on the request.")
        : null;

    /// <summary>Whether the actor acts for the publisher of one of the plugins, or brought it to the registry.</summary>
    public static async Task<bool> IsTheirsAsync(DbSession session, TrustActor actor, IReadOnlyCollection<string> slugs) => slugs.Count > 0 && await session.ScalarAsync<long>(
        // Who first published a plugin of an organisation stays one of those who do not judge it, also after they left.
        $"SELECT COUNT(*) FROM package p WHERE p.slug IN @slugs AND (p.owner_id = @Id OR {PublishRights.ActsForSql("@Id")})",
        new { slugs, actor.Id }) > 0;

    /// <summary>Whether no other account could decide.</summary>
    public static async Task<bool> IsAloneAsync(DbSession session, string actorId) =>
        await session.ScalarAsync<long>(
            """
            SELECT COUNT(*) FROM users WHERE id <> @actorId AND disabled_at IS NULL AND (roles LIKE '%"admin"%' OR roles LIKE '%"reviewer"%')
            """,
            new { actorId }) == 0;
}
