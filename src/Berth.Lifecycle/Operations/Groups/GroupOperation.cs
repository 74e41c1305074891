using Berth.Data.Sessions;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Journal;

namespace Berth.Lifecycle.Operations.Groups;

/// <summary>
/// Several plugins' operations as one: begin all → prepare each in order → switch all in one transaction → record.
/// Before: whatever each member needs. After: all of it. After a failure or a kill at any step: nothing of any member.
/// An operation on one plugin is a group of one.
/// </summary>
internal sealed class GroupOperation(OperationParts parts)
{
    private const int MostExports = 3;

    public async Task<OperationOutcome> RunAsync(GroupDraft draft, CancellationToken cancellationToken)
    {
        try
        {
            var (running, busy) = await parts.Journal.StartGroupAsync(
                draft.Caller, [.. draft.Members.Select(member => member.Entry)], draft.MainIndex, cancellationToken);
            return running is null
                ? Refusals.InProgress(busy!)
                : await parts.RunAsync(running, () => StepsAsync(running, draft, cancellationToken));
        }
        catch (DatabaseConstraintException exception) when (!exception.IsUnique)
        {
            return Refusals.UnknownUser();
        }
        finally
        {
            foreach (var member in draft.Members)
                member.Dispose();
        }
    }

    private async Task<OperationOutcome> StepsAsync(RunningGroup running, GroupDraft draft, CancellationToken cancellationToken)
    {
        for (var i = 0; i < draft.Members.Count; i++)
            await draft.Members[i].PrepareAsync(running.Current = running.Members[i], cancellationToken);

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await CommitAsync(running, draft, cancellationToken);
            }
            catch (LateWriteException late) when (attempt < MostExports)
            {
                // A request of the user wrote a document after it was exported: export again, nothing is lost.
                running.Current = running.Members[draft.IndexOf(late.Member)];
                await late.Member.RepeatAsync(running.Current, cancellationToken);
            }
            catch (LateWriteException late)
            {
                throw new StepFailedException(
                    "plugin.data_busy", $"The documents of {late.Member.Slug} changed again and again while they were carried over. Nothing was changed; try again in a quiet moment.", TimeSpan.FromSeconds(5));
            }
        }
    }

    private async Task<OperationOutcome> CommitAsync(RunningGroup running, GroupDraft draft, CancellationToken cancellationToken)
    {
        var userId = draft.Caller.UserId;
        OperationResult result;
        using (await parts.UserGate.EnterAsync(userId, cancellationToken))
        {
            var installed = await parts.Installations.OfUserAsync(userId, cancellationToken);
            if (!ReferenceEquals(installed, draft.PlannedOn) && draft.CheckAgain(installed) is { } refusal)
                throw new RefusedException(refusal);
            var now = parts.Now;
            result = await running.CommitAsync(
                async (session, i) =>
                {
                    if (i == draft.MainIndex && draft.Alongside is { } alongside)
                        await alongside(session);
                    return await draft.Members[i].WriteAsync(session, running.Members[i], now);
                },
                draft.Purged);
            for (var i = 0; i < draft.Members.Count; i++)
                parts.Installations.Committed(userId, draft.Members[i].Slug, draft.Members[i].After(running.Members[i], now));
        }

        foreach (var member in draft.Members)
            member.Record();
        await parts.Witness.ReachedAsync(running.Kind, "recorded");
        return new OperationOutcome.Done(result);
    }
}

/// <summary>A group that was planned.</summary>
/// <param name="Caller">Who asks.</param>
/// <param name="Members">In the order in which they are prepared and written.</param>
/// <param name="MainIndex">The one that was asked for.</param>
/// <param name="PlannedOn">What the user had when it was planned.</param>
/// <param name="CheckAgain">Whether it is still possible on what the user has now.</param>
/// <param name="Purged">For an uninstall: whether the documents go, too.</param>
internal sealed record GroupDraft(
    OperationCaller Caller, IReadOnlyList<GroupMember> Members, int MainIndex, UserInstallations PlannedOn,
    Func<UserInstallations, OperationOutcome.Refused?> CheckAgain, bool? Purged = null)
{
    /// <summary>What happens in the transaction of the switch, if anything does.</summary>
    public Func<DbSession, Task>? Alongside { get; init; }

    public int IndexOf(GroupMember member) => Members.ToList().IndexOf(member);
}
