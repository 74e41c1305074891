using System.Text.RegularExpressions;
using Berth.Data.Sessions;
using Berth.Registry.Versions;

namespace Berth.Registry.Publishers;

/// <summary>Beginnings of slugs that a publisher has for itself. What was published below one before stays whose it is.</summary>
internal static partial class PublisherPrefixes
{
    public static async Task<PublisherOutcome> GrantAsync(DbSession session, RegistryActor actor, PublisherRecord publisher, string prefix, long at, bool isDryRun)
    {
        prefix = prefix.ToLowerInvariant();
        if (!Form().IsMatch(prefix))
            return PublisherOutcome.Invalid("publisher.prefix", "A prefix is the beginning of a slug and ends with '.', '-' or '_', for example 'acme.'; 3 to 40 characters.");
        var own = publisher.IsVerified && prefix[..^1] == publisher.Name;
        if (!actor.IsAdministrator && !own)
            return new PublisherOutcome.NotPermitted($"{publisher.Name} {prefix}", "administrator");
        var holder = await session.ScalarAsync<string>(
            "SELECT o.name FROM publisher_prefix p JOIN publisher o ON o.id = p.publisher_id WHERE p.prefix = @prefix", new { prefix });
        if (holder is not null)
            return holder == publisher.Name ? new PublisherOutcome.Done() : PublisherOutcome.Conflict("publisher.prefix_taken", $"The prefix '{prefix}' is that of '{holder}'.");
        if (!actor.IsAdministrator && await StrangerAsync(session, publisher, prefix) is { } slug)
            return PublisherOutcome.Conflict("publisher.prefix_used", $"'{slug}' begins so and is somebody else's. Ask an administrator to decide.");
        if (isDryRun)
            return new PublisherOutcome.Done();
        await session.ExecuteAsync(
            "INSERT INTO publisher_prefix (prefix, publisher_id, granted_by, granted_at) VALUES (@prefix, @Id, @ActorId, @at)", new { prefix, publisher.Id, actor.ActorId, at });
        await RecordAsync(session, actor, publisher, prefix, at, granted: true);
        return new PublisherOutcome.Done();
    }

    public static async Task<PublisherOutcome> RevokeAsync(DbSession session, RegistryActor actor, PublisherRecord publisher, string prefix, long at, bool isDryRun)
    {
        prefix = prefix.ToLowerInvariant();
        if (!publisher.Prefixes.Contains(prefix))
            return new PublisherOutcome.Unknown("publisher.prefix_unknown", $"'{publisher.Name}' has no prefix '{prefix}'.");
        if (isDryRun)
            return new PublisherOutcome.Done();
        await session.ExecuteAsync("DELETE FROM publisher_prefix WHERE prefix = @prefix AND publisher_id = @Id", new { prefix, publisher.Id });
        await RecordAsync(session, actor, publisher, prefix, at, granted: false);
        return new PublisherOutcome.Done();
    }

    /// <summary>A plugin below the prefix that is not the publisher's.</summary>
    private static Task<string?> StrangerAsync(DbSession session, PublisherRecord publisher, string prefix) => session.ScalarAsync<string>(
        """
        SELECT slug FROM package WHERE substr(slug_folded, 1, length(@prefix)) = @prefix
            AND COALESCE(publisher_id, '') <> @Id AND NOT (publisher_id IS NULL AND owner_id = @owner) ORDER BY slug LIMIT 1
        """,
        new { prefix, publisher.Id, owner = publisher.UserId ?? "" });

    private static Task RecordAsync(DbSession session, RegistryActor actor, PublisherRecord publisher, string prefix, long at, bool granted) =>
        PublisherRows.AddTrailAsync(
            session, actor, at, "berth.publisher.prefix_changed", "publisher.prefix", publisher.Name, new { publisher = publisher.Name, prefix, granted });

    [GeneratedRegex(@"\A[a-z][a-z0-9._-]{1,38}[._-]\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
