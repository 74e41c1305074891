using Berth.Data.Sessions;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.PrivatePackages;

namespace Berth.Lifecycle.Sharing;

/// <summary>Offer → accept (let the recipient read, install, close) or decline or withdraw; each change one transaction with its trail.</summary>
internal sealed class Shares(
    IDatabase database, IInstallations installations, ILifecycleOperations operations, IPrivatePackages packages, TimeProvider time) : IShares
{
    private const int MostRecipients = 100;
    private const int LongestRecipient = 128;
    private const string Open = "offered";

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public async Task<ShareOutcome> OfferAsync(OperationCaller sender, string slug, IReadOnlyList<string> recipients, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(recipients);
        var names = recipients.Select(name => name?.Trim() ?? "").Distinct(StringComparer.Ordinal).ToList();
        if (names.Count is 0 or > MostRecipients || names.Any(name => name.Length is 0 or > LongestRecipient || name.Any(c => char.IsControl(c) || char.IsSurrogate(c))))
            return Refused(RefusalKind.Unprocessable, "share.users", $"'users' is a list of 1 to {MostRecipients} user ids or names.");
        if (!(await installations.OfUserAsync(sender.UserId, cancellationToken)).TryFind(slug, out var plugin))
            return Refused(RefusalKind.NotFound, "share.nothing", "You have not installed this plugin, so there is no version to share. Install it first.");

        var now = Now;
        var offers = await database.WriteAsync(
            async session =>
            {
                List<ShareRow> rows = [];
                foreach (var name in names)
                {
                    var to = await ShareRows.UserAsync(session, name);
                    if (to == sender.UserId)
                        return null;
                    rows.Add(new ShareRow(
                        OperationJournal.NewId(), sender.UserId, sender.UserName, to, name, plugin.Slug, plugin.Version, plugin.Digest, Open,
                        now, now + (long)ShareOffer.Life.TotalMilliseconds));
                }

                foreach (var row in rows)
                {
                    await ShareRows.WithdrawOthersAsync(session, row);
                    await ShareRows.InsertAsync(session, row);
                    await ShareTrails.InsertAsync(session, sender, row, "share.offer", "offered", now);
                }

                return rows;
            },
            cancellationToken);
        return offers is null
            ? Refused(RefusalKind.Unprocessable, "share.self", "An offer goes to others: leave yourself out.")
            : new ShareOutcome.Offered([.. offers.Select(row => row.ToOffer(sender.UserId, now))]);
    }

    public async Task<IReadOnlyList<ShareOffer>> OfUserAsync(string userId, int limit, string? before = null, CancellationToken cancellationToken = default)
    {
        var rows = await database.ReadAsync(session => ShareRows.OfUserAsync(session, userId, limit, before), cancellationToken);
        return [.. rows.Select(row => row.ToOffer(userId, Now))];
    }

    public async Task<ShareOutcome> AcceptAsync(
        OperationCaller recipient, string shareId, IReadOnlyList<string>? grant, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(shareId, recipient.UserId, cancellationToken) is not { } share || share.ToUser != recipient.UserId)
            return Unknown();
        // Accepted by an attempt whose answer was lost: the journal knows what it did.
        var isRepeated = share.State == "accepted" && recipient.Completed.Any(done => done.Kind == OperationKinds.Install && done.Slug == share.PluginSlug);
        if (!isRepeated && !IsOpen(share))
            return Closed(share);

        await packages.GrantAsync(share.Digest, recipient.UserId, share.FromUser, cancellationToken);
        var request = new InstallRequest(share.PluginSlug, Grant: grant, Digest: share.Digest)
        {
            InstallationType = "share",
            Alongside = isRepeated ? null : session => AcceptedAsync(session, recipient, share), // a kill leaves both or neither
        };
        var outcome = await operations.InstallAsync(recipient, request, cancellationToken);
        if (outcome is OperationOutcome.Refused { Code: "plugin.already_installed" } && await InstalledAsync(recipient.UserId, share, cancellationToken) is { } already)
        {
            outcome = already;
            if (!isRepeated)
                await CloseAsync(recipient, share, "share.accept", "accepted");
        }

        return new ShareOutcome.Installed(outcome);
    }

    public async Task<ShareOutcome> DeclineAsync(OperationCaller recipient, string shareId, CancellationToken cancellationToken = default) =>
        await FindAsync(shareId, recipient.UserId, cancellationToken) is { } share && share.ToUser == recipient.UserId
            ? await CloseOpenAsync(recipient, share, "share.decline", "declined")
            : Unknown();

    public async Task<ShareOutcome> WithdrawAsync(OperationCaller sender, string shareId, CancellationToken cancellationToken = default) =>
        await FindAsync(shareId, sender.UserId, cancellationToken) is { } share && share.FromUser == sender.UserId
            ? await CloseOpenAsync(sender, share, "share.withdraw", "withdrawn")
            : Unknown();

    private async Task<ShareRow?> FindAsync(string shareId, string userId, CancellationToken cancellationToken) =>
        shareId.Length == 32 && shareId.All(char.IsAsciiHexDigitLower)
            ? await database.ReadAsync(session => ShareRows.FindAsync(session, shareId, userId), cancellationToken)
            : null;

    private bool IsOpen(ShareRow share) => share.State == Open && share.ExpiresAt > Now;

    /// <summary>Saying the same twice is no mistake.</summary>
    private async Task<ShareOutcome> CloseOpenAsync(OperationCaller caller, ShareRow share, string action, string state) =>
        share.State == state || (IsOpen(share) && await CloseAsync(caller, share, action, state)) ? new ShareOutcome.Closed(state) : Closed(share);

    private Task<bool> CloseAsync(OperationCaller caller, ShareRow share, string action, string state) =>
        database.WriteAsync(session => TryCloseAsync(session, caller, share, action, state));

    private async Task<bool> TryCloseAsync(DbSession session, OperationCaller caller, ShareRow share, string action, string state)
    {
        var now = Now;
        if (!await ShareRows.CloseAsync(session, share.Id, state, now))
            return false;
        await ShareTrails.InsertAsync(session, caller, share, action, state, now);
        return true;
    }

    /// <summary>In the transaction of the install, which an offer that was closed meanwhile refuses.</summary>
    private async Task AcceptedAsync(DbSession session, OperationCaller recipient, ShareRow share)
    {
        if (!await TryCloseAsync(session, recipient, share, "share.accept", "accepted"))
            throw new RefusedException(new OperationOutcome.Refused(RefusalKind.Conflict, "share.closed", "The offer was closed meanwhile. Ask for a new one.", []));
    }

    /// <summary>An attempt before this one may have installed it and ended before it could close the offer.</summary>
    private async ValueTask<OperationOutcome.Done?> InstalledAsync(string userId, ShareRow share, CancellationToken cancellationToken)
    {
        var installed = await installations.OfUserAsync(userId, cancellationToken);
        return installed.TryFind(share.PluginSlug, out var plugin) && plugin.Digest == share.Digest
            ? new OperationOutcome.Done(new OperationResult
            {
                OperationId = share.Id,
                Kind = OperationKinds.Install,
                Slug = plugin.Slug,
                PluginId = plugin.PluginId,
                Version = plugin.Version,
                Notes = ["This very version was installed already."],
            })
            : null;
    }

    private static ShareOutcome.Refused Unknown() => Refused(RefusalKind.NotFound, "share.unknown", "You have no such offer. List yours: GET /api/v1/plugins/shares.");

    private static ShareOutcome.Refused Closed(ShareRow share) => Refused(
        RefusalKind.Conflict, "share.closed", share.State == Open ? "The offer has expired. Ask for a new one." : $"The offer was {share.State} before. Ask for a new one.");

    private static ShareOutcome.Refused Refused(RefusalKind kind, string code, string message) => new(new OperationOutcome.Refused(kind, code, message, []));
}
