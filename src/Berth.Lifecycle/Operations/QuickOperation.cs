using Berth.Data.Sessions;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Rows;

namespace Berth.Lifecycle.Operations;

/// <summary>An operation in which no code of a plugin runs and nothing is fetched: one transaction, journal entry included.</summary>
internal static class QuickOperation
{
    /// <summary>Runs it.</summary>
    /// <param name="work">Changes the rows; may run twice.</param>
    /// <param name="checkAgain">Looks at the user's installations inside the user's gate; a refusal ends the operation.</param>
    /// <param name="after">The installation afterwards, or <see langword="null"/> when there is none any more.</param>
    /// <param name="record">Writes into the recovery record what changed, in the order of the commits.</param>
    public static async Task<OperationOutcome> RunAsync(
        OperationParts parts, OperationCaller caller, OperationResult planned, OperationData data, bool? purged,
        Func<DbSession, OperationResult, Task<OperationResult>> work,
        Func<UserInstallations, OperationOutcome.Refused?> checkAgain,
        Func<long, InstalledPlugin?> after,
        CancellationToken cancellationToken,
        Action<InstalledPlugin>? record = null)
    {
        var (userId, slug, kind) = (caller.UserId, planned.Slug, planned.Kind);
        OperationResult result;
        await parts.Witness.ReachedAsync(kind, "begin");
        try
        {
            using (await parts.UserGate.EnterAsync(userId, cancellationToken))
            {
                if (checkAgain(await parts.Installations.OfUserAsync(userId, cancellationToken)) is { } refusal)
                    return refusal;
                var now = parts.Now;
                result = await parts.Database.WriteAsync(
                    async session =>
                    {
                        var done = await work(session, planned);
                        if (!await OperationRows.TryInsertAsync(session, parts.Journal.Finished(caller, done, data, now)))
                            throw new RefusedException(Refusals.InProgress(slug));
                        await TrailRows.InsertAsync(session, Trails.Succeeded(caller, done, now, purged));
                        return done;
                    },
                    CancellationToken.None);
                var changed = after(now);
                parts.Installations.Committed(userId, slug, changed);
                if (changed is not null)
                    record?.Invoke(changed);
            }
        }
        catch (DatabaseConstraintException)
        {
            parts.Installations.Forget(userId);
            return Refusals.ChangedMeanwhile(slug);
        }
        catch (Exception exception) when (OperationFailures.IsKnown(exception))
        {
            parts.Installations.Forget(userId);
            return OperationFailures.Outcome(exception, "commit", $"The {kind} of {slug}");
        }

        await parts.Witness.ReachedAsync(kind, "committed");
        if (kind is OperationKinds.Uninstall)
            parts.Records.Write(userId, slug, null);
        await parts.Witness.ReachedAsync(kind, "recorded");
        return new OperationOutcome.Done(result);
    }
}
