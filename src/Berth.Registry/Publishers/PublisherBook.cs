using Berth.Data.Sessions;
using Berth.Registry.Trust.InForce;
using Berth.Registry.Versions;

namespace Berth.Registry.Publishers;

/// <inheritdoc />
internal sealed class PublisherBook(IDatabase database, TimeProvider time) : IPublishers
{
    private readonly PublisherChange _change = new(database, time);

    public async Task<PublisherRecord?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        var found = await database.ReadAsync(session => PublisherRows.FindAsync(session, name, _change.Now), cancellationToken);
        if (found is not null || !name.StartsWith('~'))
            return found;
        return await database.WriteAsync(
            async session => await PublisherRows.EnsurePersonalAsync(session, name[1..], _change.Now) is null ? null : await PublisherRows.FindAsync(session, name, _change.Now),
            cancellationToken);
    }

    public Task<IReadOnlyList<PublisherRecord>> ListAsync(int limit, string? after, CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => PublisherRows.ListAsync(session, after ?? "", limit, _change.Now), cancellationToken);

    public Task<IReadOnlyList<string>> SlugsAsync(PublisherRecord publisher, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(publisher);
        return database.ReadAsync(
            session => publisher.UserId is { } owner
                ? session.QueryAsync<string>("SELECT slug FROM package WHERE owner_id = @owner AND publisher_id IS NULL ORDER BY slug", new { owner })
                : session.QueryAsync<string>("SELECT slug FROM package WHERE publisher_id = @Id ORDER BY slug", new { publisher.Id }),
            cancellationToken);
    }

    public Task<PublisherOutcome> CreateAsync(RegistryActor actor, string name, string displayName, bool isDryRun = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return _change.RunAsync(isDryRun, async session =>
        {
            if (!PublisherRows.IsName(name))
                return PublisherOutcome.Invalid("publisher.name", "A publisher's name is a lower-case letter and then 1 to 38 lower-case letters, digits or single hyphens.");
            if (await PublisherRows.FindAsync(session, name, _change.Now) is not null)
                return PublisherOutcome.Conflict("publisher.exists", $"There is a publisher '{name}' already. Choose another name.");
            if (isDryRun)
                return new PublisherOutcome.Done();
            var id = await PublisherRows.InsertAsync(session, name, displayName, PublisherKinds.Organisation, null, actor.UserId, _change.Now);
            await PublisherRows.AddTrailAsync(session, actor, _change.Now, "berth.publisher.created", "publisher.create", name, new { publisher = name, kind = PublisherKinds.Organisation });
            return new PublisherOutcome.Done(id);
        }, cancellationToken);
    }

    public Task<PublisherOutcome> RenameAsync(RegistryActor actor, string name, string displayName, bool isDryRun = false, CancellationToken cancellationToken = default) =>
        _change.RunAsync(actor, name, PublisherRoles.Admin, isDryRun, async (session, publisher) =>
        {
            if (isDryRun)
                return new PublisherOutcome.Done();
            await session.ExecuteAsync("UPDATE publisher SET display_name = @displayName WHERE id = @Id", new { displayName, publisher.Id });
            await PublisherRows.AddTrailAsync(session, actor, _change.Now, null, "publisher.rename", publisher.Name, new { publisher = publisher.Name, display_name = displayName });
            return new PublisherOutcome.Done();
        }, cancellationToken);

    public Task<bool> ActsForAsync(string slug, string userId, CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => PublishRights.ActsForAsync(session, slug, userId), cancellationToken);

    public Task<PublisherOutcome> RemoveAsync(RegistryActor actor, string name, bool isDryRun = false, CancellationToken cancellationToken = default) =>
        _change.RunAsync(actor, name, PublisherRoles.Owner, isDryRun, async (session, publisher) =>
        {
            if (publisher.Kind == PublisherKinds.Personal)
                return PublisherOutcome.Conflict("publisher.personal", "A person's own publisher goes with the person.");
            if (await session.ScalarAsync<long>("SELECT COUNT(*) FROM package WHERE publisher_id = @Id", new { publisher.Id }) is > 0 and var count)
                return PublisherOutcome.Conflict("publisher.owns", $"'{publisher.Name}' owns {count} plugin{(count == 1 ? "" : "s")}. Transfer them first.");
            if (isDryRun)
                return new PublisherOutcome.Done();
            await session.ExecuteAsync("DELETE FROM publisher WHERE id = @Id", new { publisher.Id });
            await PublisherRows.AddTrailAsync(session, actor, _change.Now, null, "publisher.remove", publisher.Name, new { publisher = publisher.Name });
            return new PublisherOutcome.Done();
        }, cancellationToken);

    public async Task<IReadOnlyList<PublisherMember>?> MembersAsync(RegistryActor actor, PublisherRecord publisher, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(publisher);
        var rows = await database.ReadAsync(
            async session => await PublisherRows.MayAsync(session, actor, publisher.Id, PublisherRoles.Viewer)
                ? await session.QueryAsync<MemberRow>(
                    """
                    SELECT m.user_id, u.username AS user_name, m.role, m.added_at FROM publisher_member m LEFT JOIN users u ON u.id = m.user_id
                    WHERE m.publisher_id = @Id ORDER BY m.added_at, m.user_id
                    """,
                    new { publisher.Id })
                : null,
            cancellationToken);
        return rows is null ? null : [.. rows.Select(row => new PublisherMember(row.UserId, row.UserName ?? "", row.Role, DateTimeOffset.FromUnixTimeMilliseconds(row.AddedAt)))];
    }

    public Task<PublisherOutcome> SetRoleAsync(RegistryActor actor, string name, string userId, string role, bool isDryRun = false, CancellationToken cancellationToken = default) =>
        MemberAsync(actor, name, userId, isDryRun, role, cancellationToken);

    public Task<PublisherOutcome> RemoveMemberAsync(RegistryActor actor, string name, string userId, bool isDryRun = false, CancellationToken cancellationToken = default) =>
        MemberAsync(actor, name, userId, isDryRun, role: null, cancellationToken);

    public Task<PublisherOutcome> GrantPrefixAsync(RegistryActor actor, string name, string prefix, bool isDryRun = false, CancellationToken cancellationToken = default) =>
        _change.RunAsync(actor, name, PublisherRoles.Admin, isDryRun, (session, publisher) => PublisherPrefixes.GrantAsync(session, actor, publisher, prefix, _change.Now, isDryRun), cancellationToken);

    public Task<PublisherOutcome> RevokePrefixAsync(RegistryActor actor, string name, string prefix, bool isDryRun = false, CancellationToken cancellationToken = default) =>
        _change.RunAsync(actor, name, PublisherRoles.Admin, isDryRun, (session, publisher) => PublisherPrefixes.RevokeAsync(session, actor, publisher, prefix, _change.Now, isDryRun), cancellationToken);

    private Task<PublisherOutcome> MemberAsync(RegistryActor actor, string name, string userId, bool isDryRun, string? role, CancellationToken cancellationToken) =>
        // Who leaves needs no more than to be there.
        _change.RunAsync(actor, name, role is null && userId == actor.UserId ? PublisherRoles.Viewer : PublisherRoles.Admin, isDryRun, async (session, publisher) =>
        {
            if (publisher.Kind == PublisherKinds.Personal)
                return PublisherOutcome.Conflict("publisher.personal", "A person's own publisher has that person alone. Make an organisation to work with others.");
            if (role is not null && !PublisherRoles.All.Contains(role))
                return PublisherOutcome.Invalid("publisher.role_unknown", $"A role is one of {string.Join(", ", PublisherRoles.All)}.");
            if (await PublisherRows.RoleAsync(session, publisher.Id, userId) is not { } before)
                return new PublisherOutcome.Unknown("publisher.member_unknown", $"'{publisher.Name}' has no such member.");
            if ((before == PublisherRoles.Owner || role == PublisherRoles.Owner) && userId != actor.UserId && !await PublisherRows.MayAsync(session, actor, publisher.Id, PublisherRoles.Owner))
                return new PublisherOutcome.NotPermitted(publisher.Name, PublisherRoles.Owner);
            if (role == PublisherRoles.Owner && !await PublisherRows.MayAsync(session, actor, publisher.Id, PublisherRoles.Owner))
                return new PublisherOutcome.NotPermitted(publisher.Name, PublisherRoles.Owner);
            if (role != PublisherRoles.Owner && await PublisherRows.IsLastOwnerAsync(session, publisher.Id, userId))
                return PublisherOutcome.Conflict("publisher.last_owner", $"This is the last owner of '{publisher.Name}'. Make another one first.");
            if (isDryRun || before == role)
                return new PublisherOutcome.Done();
            await (role is null
                ? session.ExecuteAsync("DELETE FROM publisher_member WHERE publisher_id = @Id AND user_id = @userId", new { publisher.Id, userId })
                : PublisherRows.PutMemberAsync(session, publisher.Id, userId, role, _change.Now));
            await PublisherRows.AddTrailAsync(
                session, actor, _change.Now, "berth.publisher.member_changed", "publisher.member", publisher.Name, new { publisher = publisher.Name, role, previous = before });
            await TrustSettlement.SettlePublisherAsync(session, publisher.Id, _change.Now);
            return new PublisherOutcome.Done();
        }, cancellationToken);

    private sealed record MemberRow(string UserId, string? UserName, string Role, long AddedAt);
}
