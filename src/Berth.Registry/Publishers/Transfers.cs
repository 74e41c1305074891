using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Trust.InForce;
using Berth.Registry.Versions;

namespace Berth.Registry.Publishers;

/// <inheritdoc />
internal sealed class Transfers(IDatabase database, CatalogSnapshots snapshots, TimeProvider time) : ITransfers
{
    /// <summary>How long an offer can be accepted.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromDays(14);

    private const string Select =
        """
        SELECT t.id, t.slug, t.to_publisher, t.to_user, o.name AS publisher_name, t.offered_by, t.created_at, t.expires_at
        FROM package_transfer t LEFT JOIN publisher o ON o.id = t.to_publisher
        """;

    private readonly PublisherChange _change = new(database, time);

    public async Task<PublisherOutcome> OfferAsync(RegistryActor actor, string slug, string to, bool isDryRun = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(slug);
        ArgumentNullException.ThrowIfNull(to);
        var outcome = await _change.RunAsync(isDryRun, async session =>
        {
            if (await VersionRows.SlugAsync(session, slug) is not { } spelled)
                return new PublisherOutcome.Unknown("plugin.unknown", $"The registry has no plugin '{slug}'.");
            if (!actor.IsAdministrator && !PublisherRoles.Covers(await PublishRights.RoleAsync(session, spelled, actor.UserId), PublisherRoles.Admin))
                return new PublisherOutcome.NotPermitted(spelled, PublisherRoles.Admin);
            if (await ReceiverAsync(session, to) is not { } receiver)
                return PublisherOutcome.Invalid("publisher.receiver", "There is no such publisher or user to transfer it to. Send the publisher's name, or the user's id or name.");
            if (isDryRun)
                return new PublisherOutcome.Done();
            await session.ExecuteAsync("DELETE FROM package_transfer WHERE slug = @spelled", new { spelled });
            if (actor.IsAdministrator || await MayAcceptAsync(session, actor, receiver))
            {
                await MoveAsync(session, actor, spelled, receiver);
                return new PublisherOutcome.Done();
            }

            var (id, at) = (Guid.CreateVersion7().ToString("n"), _change.Now);
            await session.ExecuteAsync(
                """
                INSERT INTO package_transfer (id, slug, to_publisher, to_user, offered_by, created_at, expires_at)
                VALUES (@id, @spelled, @PublisherId, @UserId, @ActorId, @at, @until)
                """,
                new { id, spelled, receiver.PublisherId, receiver.UserId, actor.ActorId, at, until = at + (long)Validity.TotalMilliseconds });
            await PublisherRows.AddTrailAsync(session, actor, at, null, "package.transfer_offer", spelled, new { slug = spelled, to = receiver.Name, transfer = id });
            return new PublisherOutcome.Done(id);
        }, cancellationToken);
        if (outcome is PublisherOutcome.Done)
            snapshots.Invalidate(slug);
        return outcome;
    }

    public async Task<IReadOnlyList<SlugTransfer>> ToUserAsync(string userId, CancellationToken cancellationToken = default)
    {
        var rows = await database.ReadAsync(
            session => session.QueryAsync<TransferRow>(
                $"""
                {Select} WHERE t.expires_at > @now AND (t.to_user = @userId OR t.to_publisher IN
                    (SELECT publisher_id FROM publisher_member WHERE user_id = @userId AND role IN ('owner', 'admin'))) ORDER BY t.id
                """,
                new { userId, now = _change.Now }),
            cancellationToken);
        return [.. rows.Select(row => new SlugTransfer(
            row.Id, row.Slug, row.Receiver.Name, row.OfferedBy, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt), DateTimeOffset.FromUnixTimeMilliseconds(row.ExpiresAt)))];
    }

    public async Task<PublisherOutcome> AnswerAsync(RegistryActor actor, string id, bool accepts, CancellationToken cancellationToken = default)
    {
        string? moved = null;
        var outcome = await _change.RunAsync(isDryRun: false, async session =>
        {
            if (await FindAsync(session, id) is not { } transfer || !await MayAcceptAsync(session, actor, transfer.Receiver))
                return Unknown();
            await session.ExecuteAsync("DELETE FROM package_transfer WHERE id = @id", new { id });
            if (accepts)
                await MoveAsync(session, actor, moved = transfer.Slug, transfer.Receiver);
            return new PublisherOutcome.Done();
        }, cancellationToken);
        if (moved is not null)
            snapshots.Invalidate(moved);
        return outcome;
    }

    public Task<PublisherOutcome> WithdrawAsync(RegistryActor actor, string id, CancellationToken cancellationToken = default) =>
        _change.RunAsync(isDryRun: false, async session =>
        {
            if (await FindAsync(session, id) is not { } transfer
                || !(actor.IsAdministrator || PublisherRoles.Covers(await PublishRights.RoleAsync(session, transfer.Slug, actor.UserId), PublisherRoles.Admin)))
            {
                return Unknown();
            }

            await session.ExecuteAsync("DELETE FROM package_transfer WHERE id = @id", new { id });
            return new PublisherOutcome.Done();
        }, cancellationToken);

    private static PublisherOutcome.Unknown Unknown() => new("publisher.transfer_unknown", "There is no such open transfer.");

    private Task<TransferRow?> FindAsync(DbSession session, string id) =>
        session.FirstOrDefaultAsync<TransferRow>($"{Select} WHERE t.id = @id AND t.expires_at > @now", new { id, now = _change.Now });

    /// <summary>An organisation by name, or a person by the name of their publisher, their id or their user name.</summary>
    private async Task<Receiver?> ReceiverAsync(DbSession session, string to)
    {
        if (!to.StartsWith('~') && await PublisherRows.FindAsync(session, to, _change.Now) is { Kind: PublisherKinds.Organisation } organisation)
            return new Receiver(organisation.Id, null, organisation.Name);
        return await PublisherRows.UserAsync(session, to.TrimStart('~')) is { } userId ? new Receiver(null, userId, PublisherRows.PersonalName(userId)) : null;
    }

    private static async Task<bool> MayAcceptAsync(DbSession session, RegistryActor actor, Receiver receiver) =>
        receiver.PublisherId is { } publisherId
            ? PublisherRoles.Covers(await PublisherRows.RoleAsync(session, publisherId, actor.UserId), PublisherRoles.Admin)
            : receiver.UserId == actor.UserId;

    private async Task MoveAsync(DbSession session, RegistryActor actor, string slug, Receiver receiver)
    {
        await session.ExecuteAsync(
            "UPDATE package SET publisher_id = @PublisherId, owner_id = COALESCE(@UserId, owner_id), updated_at = @at WHERE slug = @slug",
            new { receiver.PublisherId, receiver.UserId, at = _change.Now, slug });
        await PublisherRows.AddTrailAsync(
            session, actor, _change.Now, "berth.package.transferred", "package.transfer", slug, new { slug, publisher = receiver.Name });
        await TrustSettlement.SettleAsync(session, slug, _change.Now);
    }

    private sealed record Receiver(string? PublisherId, string? UserId, string Name);

    private sealed record TransferRow(
        string Id, string Slug, string? ToPublisher, string? ToUser, string? PublisherName, string OfferedBy, long CreatedAt, long ExpiresAt)
    {
        public Receiver Receiver => new(ToPublisher, ToUser, PublisherName ?? PublisherRows.PersonalName(ToUser ?? ""));
    }
}
