using Berth.Data.Sessions;
using Berth.Packaging.Versioning;

namespace Berth.Registry.Versions;

/// <summary>A warning to be put on versions, or, with an empty message, to be taken from them.</summary>
internal sealed record DeprecationWish(string Message, string? SuccessorSlug, string? SuccessorVersion)
{
    /// <summary>What is wrong with it.</summary>
    public async Task<VersionRefusal?> CheckAsync(DbSession session)
    {
        if (Message.Length > Deprecation.MaxMessage)
            return new VersionRefusal("version.deprecation", $"The message is longer than {Deprecation.MaxMessage} characters.");
        if (SuccessorVersion is not null && (SuccessorSlug is null || !VersionRange.TryParse(SuccessorVersion, out _)))
            return new VersionRefusal("version.deprecation", "'successor_version' is a version or a range, and needs 'successor'.");
        if (SuccessorSlug is null || Message.Length == 0)
            return null;
        return await VersionRows.SlugAsync(session, SuccessorSlug) is null
            ? new VersionRefusal("version.deprecation", $"The registry has no plugin '{SuccessorSlug}' to succeed it.")
            : null;
    }

    /// <summary>Puts it on one version. Answers whether that changes anything.</summary>
    public async Task<bool> ApplyAsync(DbSession session, RegistryActor actor, VersionRow row, long at, bool isDryRun)
    {
        var after = Message.Length == 0 ? new DeprecationWish("", null, null) : this;
        if ((row.Deprecation ?? "") == after.Message && row.SuccessorSlug == after.SuccessorSlug && row.SuccessorVersion == after.SuccessorVersion)
            return false;
        if (isDryRun)
            return true;
        var isTakenBack = after.Message.Length == 0;
        await session.ExecuteAsync(
            """
            UPDATE package_version SET deprecation = @message, deprecated_at = @when, deprecated_by = @who, successor_slug = @SuccessorSlug, successor_version = @SuccessorVersion
            WHERE slug = @Slug AND version = @Version
            """,
            new
            {
                message = isTakenBack ? null : after.Message,
                when = isTakenBack ? (long?)null : at,
                who = isTakenBack ? null : actor.ActorId,
                after.SuccessorSlug,
                after.SuccessorVersion,
                row.Slug,
                row.Version,
            });
        await VersionTrail.AddAsync(session, actor, at, "berth.package.deprecated", "package.deprecate", row, new
        {
            slug = row.Slug,
            version = row.Version,
            deprecated = !isTakenBack,
            message = isTakenBack ? null : after.Message,
            successor_slug = after.SuccessorSlug,
            successor_version = after.SuccessorVersion,
        });
        return true;
    }
}
