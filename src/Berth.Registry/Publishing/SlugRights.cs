using Berth.Data.Sessions;
using Berth.Registry.Publishers;

namespace Berth.Registry.Publishing;

/// <summary>
/// Who may decide about a plugin's publishing, beside administrators, by their role in its publisher: the one place that reviews,
/// the settings of publishing and orders of variants ask.
/// </summary>
internal static class SlugRights
{
    /// <summary>Whether the user may approve what another one publishes where a second person has to.</summary>
    public static Task<bool> MayApproveAsync(DbSession session, string slug, string userId) => PublishRights.ActsForAsync(session, slug, userId);

    /// <summary>Whether the user may order variants of the plugin: who may publish a version of it.</summary>
    public static async Task<bool> MayOrderVariantsAsync(DbSession session, string slug, string userId) =>
        PublisherRoles.Covers(await PublishRights.RoleAsync(session, slug, userId), PublisherRoles.Maintainer);

    /// <summary>Whether the user may change how the plugin is published.</summary>
    public static async Task<bool> MayManageAsync(DbSession session, string slug, string userId) =>
        PublisherRoles.Covers(await PublishRights.RoleAsync(session, slug, userId), PublisherRoles.Admin);
}
