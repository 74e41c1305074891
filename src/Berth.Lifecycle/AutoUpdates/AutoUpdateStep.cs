using Berth.Data.Sessions;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Planning;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.AutoUpdates;

/// <summary>
/// One installation's part of a round: is there something newer → may it be taken without the user → the ordinary update.
/// Before: the user opted in. After: updated, or the reason why not is written down and told. After a failure: the version
/// before works on, as after every update that failed.
/// </summary>
internal sealed partial class AutoUpdateStep(
    IDatabase database, ILifecycleOperations operations, InstallationSnapshots installations, VersionChoice choice, AutoUpdateJudge judge,
    AutoUpdateRecords records, AutoUpdateOptions options, TimeProvider time, ILogger<AutoUpdateStep> logger)
{
    /// <summary>Refusals that say nothing of the version: the next round asks again.</summary>
    private static readonly string[] Passing = ["operation.in_progress", "operation.conflict", "plugin.not_installed", "user.unknown"];

    public async Task RunAsync(DueInstallation due, CancellationToken cancellationToken)
    {
        try
        {
            if (await DecideAsync(due, cancellationToken) is { } verdict)
                await records.WriteAsync(due, verdict, cancellationToken);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or DatabaseUnavailableException or Store.PackageSourceUnavailableException))
        {
            // A fault of ours with one installation is in nobody else's way.
            LogFault(exception, due.PluginSlug, due.UserId);
        }
    }

    /// <summary>What became of it; <see langword="null"/> leaves what is known.</summary>
    private async Task<AutoUpdateVerdict?> DecideAsync(DueInstallation due, CancellationToken cancellationToken)
    {
        switch (await choice.ForUpdateAsync(due.Plugin, null, cancellationToken))
        {
            case ChoiceOutcome.No { Refusal: { Code: AutoUpdateCodes.CoolingDown } cooling }:
                return new AutoUpdateVerdict(AutoUpdateState.CoolingDown, Code: cooling.Code, Reason: cooling.Message);
            case ChoiceOutcome.No { Refusal: var no }:
                return no.Kind == RefusalKind.Unavailable || (due.State == AutoUpdateState.Updated && due.Considered == due.Version) ? null : new AutoUpdateVerdict(AutoUpdateState.Current);
            case ChoiceOutcome.Found { Nodes: [var newest, ..] } when await IsPresentAsync(due, cancellationToken):
                return await TakeAsync(due, newest.Version.ToString(), cancellationToken);
            default:
                return null;
        }
    }

    private async Task<AutoUpdateVerdict?> TakeAsync(DueInstallation due, string version, CancellationToken cancellationToken)
    {
        var optedIn = (await database.ReadAsync(session => AutoUpdateRows.SlugsOfAsync(session, due.UserId), cancellationToken)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var (caller, request) = (due.Caller, new UpdateRequest(due.PluginSlug)
        {
            // The last word before anything happens, on the very draft that would happen.
            Consent = draft =>
            {
                version = draft.Version.ToString();
                return judge.Judge(draft, optedIn);
            },
        });
        var planned = await operations.UpdateAsync(caller, request with { IsDryRun = true }, cancellationToken);
        if (due.Considered == version && (due.State == AutoUpdateState.GivenUp || (due.State == AutoUpdateState.Failed && due.NextAt > Now)))
            return null;
        var outcome = planned is OperationOutcome.Planned ? await operations.UpdateAsync(caller, request, cancellationToken) : planned;
        return outcome switch
        {
            OperationOutcome.Done done => new AutoUpdateVerdict(AutoUpdateState.Updated, done.Result.Version),
            OperationOutcome.Refused refused => refused.Kind == RefusalKind.Unavailable || Passing.Contains(refused.Code, StringComparer.Ordinal) ? null
                : new AutoUpdateVerdict(AutoUpdateState.Withheld, version, refused.Code, refused.Message),
            OperationOutcome.Failed failed => failed.Code.StartsWith("database.", StringComparison.Ordinal) ? null : Failed(due, version, failed),
            _ => throw new InvalidOperationException($"An update ended with {outcome.GetType().Name}."),
        };
    }

    private AutoUpdateVerdict Failed(DueInstallation due, string version, OperationOutcome.Failed failed)
    {
        var attempts = due.Considered == version ? (int)due.Attempts + 1 : 1;
        return attempts < options.MostAttempts
            ? new AutoUpdateVerdict(AutoUpdateState.Failed, version, failed.Code, failed.Message, attempts, Now + (long)options.PauseAfter(attempts).TotalMilliseconds)
            : new AutoUpdateVerdict(
                AutoUpdateState.GivenUp, version, AutoUpdateCodes.GivenUp,
                $"The update to {version} failed {attempts} times and is not tried again by itself until there is a newer version. The last time: {failed.Message} Try it yourself with: berth update {due.PluginSlug}", attempts);
    }

    /// <summary>Whether it still is installed; what is remembered of it is made that of the database, which another node may have changed.</summary>
    private async ValueTask<bool> IsPresentAsync(DueInstallation due, CancellationToken cancellationToken)
    {
        if (!(await installations.OfUserAsync(due.UserId, cancellationToken)).TryFind(due.PluginSlug, out var known) || known.UpdatedAt.ToUnixTimeMilliseconds() != due.UpdatedAt)
            installations.Forget(due.UserId);
        return (await installations.OfUserAsync(due.UserId, cancellationToken)).TryFind(due.PluginSlug, out var present) && present.Enabled;
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The automatic update of {Plugin} for user {User} failed for a reason that has no code")]
    private partial void LogFault(Exception exception, string plugin, string user);
}
