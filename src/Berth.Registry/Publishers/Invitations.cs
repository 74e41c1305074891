using Berth.Data.Sessions;
using Berth.Registry.Trust.InForce;
using Berth.Registry.Versions;

namespace Berth.Registry.Publishers;

/// <inheritdoc />
internal sealed class Invitations(IDatabase database, TimeProvider time) : IInvitations
{
    /// <summary>How long an invitation can be accepted.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromDays(14);

    private const string Select =
        """
        SELECT i.id, p.name AS publisher, i.user_id, u.username AS user_name, i.role, i.invited_by, i.created_at, i.expires_at, i.publisher_id
        FROM publisher_invitation i JOIN publisher p ON p.id = i.publisher_id LEFT JOIN users u ON u.id = i.user_id
        """;

    private readonly PublisherChange _change = new(database, time);

    public Task<PublisherOutcome> InviteAsync(
        RegistryActor actor, string publisher, string user, string role, bool isDryRun = false, CancellationToken cancellationToken = default) =>
        _change.RunAsync(actor, publisher, role == PublisherRoles.Owner ? PublisherRoles.Owner : PublisherRoles.Admin, isDryRun, async (session, found) =>
        {
            if (found.Kind == PublisherKinds.Personal)
                return PublisherOutcome.Conflict("publisher.personal", "A person's own publisher has that person alone. Make an organisation to work with others.");
            if (!PublisherRoles.All.Contains(role))
                return PublisherOutcome.Invalid("publisher.role_unknown", $"A role is one of {string.Join(", ", PublisherRoles.All)}.");
            if (await PublisherRows.UserAsync(session, user) is not { } userId)
                return PublisherOutcome.Invalid("publisher.user", "There is no such user. Send their id or their name.");
            if (await PublisherRows.RoleAsync(session, found.Id, userId) is not null)
                return PublisherOutcome.Conflict("publisher.member_exists", $"They belong to '{found.Name}' already. Change their role instead.");
            if (isDryRun)
                return new PublisherOutcome.Done();
            var (id, at) = (Guid.CreateVersion7().ToString("n"), _change.Now);
            await session.ExecuteAsync("DELETE FROM publisher_invitation WHERE publisher_id = @Id AND user_id = @userId", new { found.Id, userId });
            await session.ExecuteAsync(
                """
                INSERT INTO publisher_invitation (id, publisher_id, user_id, role, invited_by, created_at, expires_at)
                VALUES (@id, @publisherId, @userId, @role, @ActorId, @at, @until)
                """,
                new { id, publisherId = found.Id, userId, role, actor.ActorId, at, until = at + (long)Validity.TotalMilliseconds });
            await PublisherRows.AddTrailAsync(session, actor, at, null, "publisher.invite", found.Name, new { publisher = found.Name, role, invitation = id });
            return new PublisherOutcome.Done(id);
        }, cancellationToken);

    public async Task<IReadOnlyList<PublisherInvitation>> ToUserAsync(string userId, CancellationToken cancellationToken = default) =>
        Records(await database.ReadAsync(
            session => session.QueryAsync<InvitationRow>($"{Select} WHERE i.user_id = @userId AND i.expires_at > @now ORDER BY i.id", new { userId, now = _change.Now }), cancellationToken));

    public async Task<IReadOnlyList<PublisherInvitation>?> OfPublisherAsync(RegistryActor actor, PublisherRecord publisher, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(publisher);
        var rows = await database.ReadAsync(
            async session => await PublisherRows.MayAsync(session, actor, publisher.Id, PublisherRoles.Admin)
                ? await session.QueryAsync<InvitationRow>($"{Select} WHERE i.publisher_id = @Id AND i.expires_at > @now ORDER BY i.id", new { publisher.Id, now = _change.Now })
                : null,
            cancellationToken);
        return rows is null ? null : Records(rows);
    }

    public Task<PublisherOutcome> AnswerAsync(RegistryActor actor, string id, bool accepts, CancellationToken cancellationToken = default) =>
        _change.RunAsync(isDryRun: false, async session =>
        {
            if (await FindAsync(session, id) is not { } invitation || invitation.UserId != actor.UserId)
                return Unknown();
            await session.ExecuteAsync("DELETE FROM publisher_invitation WHERE id = @id", new { id });
            if (!accepts)
                return new PublisherOutcome.Done();
            await PublisherRows.PutMemberAsync(session, invitation.PublisherId, actor.UserId, invitation.Role, _change.Now);
            await PublisherRows.AddTrailAsync(
                session, actor, _change.Now, "berth.publisher.member_changed", "publisher.member", invitation.Publisher, new { publisher = invitation.Publisher, role = invitation.Role, previous = (string?)null });
            await TrustSettlement.SettlePublisherAsync(session, invitation.PublisherId, _change.Now);
            return new PublisherOutcome.Done();
        }, cancellationToken);

    public Task<PublisherOutcome> WithdrawAsync(RegistryActor actor, string id, CancellationToken cancellationToken = default) =>
        _change.RunAsync(isDryRun: false, async session =>
        {
            if (await FindAsync(session, id) is not { } invitation || !await PublisherRows.MayAsync(session, actor, invitation.PublisherId, PublisherRoles.Admin))
                return Unknown();
            await session.ExecuteAsync("DELETE FROM publisher_invitation WHERE id = @id", new { id });
            return new PublisherOutcome.Done();
        }, cancellationToken);

    private static PublisherOutcome.Unknown Unknown() => new("publisher.invitation_unknown", "There is no such open invitation.");

    private Task<InvitationRow?> FindAsync(DbSession session, string id) =>
        session.FirstOrDefaultAsync<InvitationRow>($"{Select} WHERE i.id = @id AND i.expires_at > @now", new { id, now = _change.Now });

    private static IReadOnlyList<PublisherInvitation> Records(IReadOnlyList<InvitationRow> rows) => [.. rows.Select(row => new PublisherInvitation(
        row.Id, row.Publisher, row.UserId, row.UserName ?? "", row.Role, row.InvitedBy,
        DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt), DateTimeOffset.FromUnixTimeMilliseconds(row.ExpiresAt)))];

    private sealed record InvitationRow(
        string Id, string Publisher, string UserId, string? UserName, string Role, string InvitedBy, long CreatedAt, long ExpiresAt, string PublisherId);
}
