using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.PrivatePackages;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Users;

/// <summary>
/// Deletes a user: sign out and note it in the journal → uninstall, each plugin with its own code, or hand over → texts
/// that mention them, a batch at a time → one transaction deletes every row → files → the journal's row goes. Every stage may be repeated.
/// </summary>
internal sealed class UserRemoval(
    IDatabase database, ILifecycleOperations operations, InstallationSnapshots installations, PrivateSnapshots packages,
    RecoveryRecords records, UserMentions mentions, StorePaths paths, IStepWitness witness, TimeProvider time) : IUserRemoval
{
    private const string Kind = "delete-user";
    private readonly KeyedGate _gate = new();

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public async Task<UserRemovalOutcome> RemoveAsync(UserRemovalRequest request, CancellationToken cancellationToken = default)
    {
        using var pass = await _gate.EnterAsync(request.UserId, cancellationToken);
        if (await RefusalAsync(request, cancellationToken) is { } refusal)
            return refusal;
        if (request.IsDryRun)
            return await PlanAsync(request, cancellationToken);

        var row = await database.ReadAsync(session => UserRemovalRows.FindAsync(session, request.UserId), cancellationToken)
            ?? await BeginAsync(request, cancellationToken);
        request.SignedOut?.Invoke(request.UserId);
        // Not cancellable from here: whoever asked may go away, the deletion goes on.
        return await FinishAsync(row);
    }

    public async Task<int> ResumeAsync(CancellationToken cancellationToken = default)
    {
        var open = await database.ReadAsync(session => UserRemovalRows.OpenAsync(session, Now), cancellationToken);
        foreach (var userId in open)
        {
            using var pass = await _gate.EnterAsync(userId, cancellationToken);
            if (await database.ReadAsync(session => UserRemovalRows.FindAsync(session, userId), cancellationToken) is { } row)
                await FinishAsync(row);
        }

        return open.Count;
    }

    private Task<UserRemovalOutcome?> RefusalAsync(UserRemovalRequest request, CancellationToken cancellationToken) => database.ReadAsync<UserRemovalOutcome?>(
        async session =>
        {
            // A deletion that has begun is carried on, whatever else is asked for now.
            if (await UserRemovalRows.FindAsync(session, request.UserId) is not null)
                return null;
            if (await UserRemovalRows.NameAsync(session, request.UserId) is null)
                return new UserRemovalOutcome.Unknown();
            if (request.HeirId is { } heir && (heir == request.UserId || await UserRemovalRows.NameAsync(session, heir) is null))
                return new UserRemovalOutcome.UnknownHeir();
            return await UserRemovalRows.IsLastAdministratorAsync(session, request.UserId) ? new UserRemovalOutcome.LastAdministrator() : null;
        },
        cancellationToken);

    private async Task<UserRemovalOutcome> PlanAsync(UserRemovalRequest request, CancellationToken cancellationToken)
    {
        var theirs = (await installations.OfUserAsync(request.UserId, cancellationToken)).Plugins.Select(plugin => plugin.Slug).ToList();
        if (request.HeirId is null)
            return new UserRemovalOutcome.Removed(theirs, [], [], []);
        var heirs = await installations.OfUserAsync(request.HeirId, cancellationToken);
        return new UserRemovalOutcome.Removed([], [.. theirs.Where(slug => !heirs.TryFind(slug, out _))], [.. theirs.Where(slug => heirs.TryFind(slug, out _))], []);
    }

    private async Task<UserRemovalRow> BeginAsync(UserRemovalRequest request, CancellationToken cancellationToken)
    {
        var row = await database.WriteAsync(
            async session =>
            {
                var begun = new UserRemovalRow
                {
                    UserId = request.UserId,
                    Username = await UserRemovalRows.NameAsync(session, request.UserId) ?? "",
                    HeirId = request.HeirId,
                    ActorId = request.ActorId,
                    RequestId = request.RequestId,
                    Step = "begun",
                    StartedAt = Now,
                };
                await UserRemovalRows.BeginAsync(session, begun);
                return begun;
            },
            cancellationToken);
        await witness.ReachedAsync(Kind, "begun");
        return row;
    }

    private async Task<UserRemovalOutcome.Removed> FinishAsync(UserRemovalRow row)
    {
        List<string> uninstalled = [], notes = [.. JsonSerializer.Deserialize<string[]>(row.Notes) ?? []];
        IReadOnlyList<string> handedOver = [], kept = [];
        if (row.Step is "begun")
        {
            if (row.HeirId is null)
                await UninstallAsync(row, uninstalled, notes);
            var mark = await mentions.ForgetAsync(row.UserId);
            (handedOver, kept) = await database.WriteAsync(session => DeleteAsync(session, row, mark, uninstalled.Count, notes));
            await witness.ReachedAsync(Kind, "gone");
        }

        installations.Forget(row.UserId);
        packages.Forget([row.UserId, .. row.HeirId is { } heir ? [heir] : Array.Empty<string>()]);
        await RecordsAsync(row, handedOver);
        FolderTree.Delete(Path.GetDirectoryName(paths.UserRecord(row.UserId))!);
        await witness.ReachedAsync(Kind, "files");
        await database.WriteAsync(async session =>
        {
            await UserRemovalRows.EndAsync(session, row.UserId);
            return true;
        });
        await witness.ReachedAsync(Kind, "ended");
        return new UserRemovalOutcome.Removed(uninstalled, handedOver, kept, notes);
    }

    /// <summary>Dependents before what they need: whatever is refused is tried again as long as something else went.</summary>
    private async Task UninstallAsync(UserRemovalRow row, List<string> uninstalled, List<string> notes)
    {
        var caller = new OperationCaller(row.UserId, row.Username, [], row.ActorId, row.RequestId);
        while (true)
        {
            installations.Forget(row.UserId);
            var left = (await installations.OfUserAsync(row.UserId)).Plugins;
            List<string> refused = [];
            foreach (var plugin in left)
            {
                if (await operations.UninstallAsync(caller, new UninstallRequest(plugin.Slug, Purge: true)) is OperationOutcome.Done done)
                {
                    uninstalled.Add(plugin.Slug);
                    notes.AddRange(done.Result.Notes.Select(note => $"{plugin.Slug}: {note}"));
                    await database.WriteAsync(async session =>
                    {
                        await UserRemovalRows.NoteAsync(session, row.UserId, notes);
                        return true;
                    });
                    await witness.ReachedAsync(Kind, $"uninstalled {plugin.Slug}");
                }
                else
                {
                    refused.Add(plugin.Slug);
                }
            }

            if (refused.Count == 0)
                return;
            if (refused.Count == left.Count)
            {
                notes.AddRange(refused.Select(slug => $"{slug}: its own uninstall did not run, because the uninstall was refused; its rows were deleted all the same."));
                return;
            }
        }
    }

    private async Task<(IReadOnlyList<string> HandedOver, IReadOnlyList<string> Kept)> DeleteAsync(
        DbSession session, UserRemovalRow row, MentionMark mark, int uninstalled, IReadOnlyList<string> notes)
    {
        var now = Now;
        IReadOnlyList<string> handedOver = [], kept = [];
        // Another node may have carried it on in the meantime.
        if (await UserRemovalRows.TryGoAsync(session, row.UserId) == 0)
            return (handedOver, kept);
        // An heir who went meanwhile inherits nothing.
        var heir = row.HeirId is { } wanted && await UserRemovalRows.NameAsync(session, wanted) is not null ? wanted : null;
        if (heir is not null)
            (handedOver, kept) = await new Inheritance(session, row.UserId, heir, row.ActorId == row.UserId ? heir : row.ActorId, now).RunAsync();
        await UserRemovalRows.DeleteAsync(session, row, heir ?? (row.ActorId == row.UserId ? "deleted-user" : row.ActorId), mark);
        var detail = JsonSerializer.Serialize(new
        {
            user_id = row.UserId,
            handed_over = heir is not null,
            installations = heir is null ? uninstalled : handedOver.Count,
        });
        await session.ExecuteAsync(
            """
            INSERT INTO audit (at, actor_id, user_id, action, subject, outcome, detail, request_id)
            VALUES (@now, @ActorId, @UserId, 'user.delete', @UserId, 'succeeded', @audited, @RequestId)
            """,
            new { now, row.ActorId, row.UserId, audited = JsonSerializer.Serialize(new { heir, handed_over = handedOver, kept, uninstalled, notes }), row.RequestId });
        await session.ExecuteAsync(
            "INSERT INTO outbox (at, type, subject, user_id, data) VALUES (@now, 'berth.user.deleted', @UserId, NULL, @detail)", new { now, row.UserId, detail });
        return (handedOver, kept);
    }

    private async Task RecordsAsync(UserRemovalRow row, IReadOnlyList<string> handedOver)
    {
        if (row.HeirId is not { } heir)
            return;
        installations.Forget(heir);
        // All that the heir has: a run that was killed here has forgotten which ones are new.
        foreach (var plugin in (await installations.OfUserAsync(heir)).Plugins)
            records.WriteMissing(heir, plugin.Slug, new RecoveryEntry(handedOver.Contains(plugin.Slug) ? "handover" : "registry", null, row.ActorId, plugin.CreatedAt, plugin.Version, plugin.Digest));
    }
}
