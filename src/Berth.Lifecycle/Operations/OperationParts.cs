using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Settings;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.UserData;
using Berth.Packaging.Manifest;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Operations;

/// <summary>What every operation works with.</summary>
internal sealed partial class OperationParts(
    IDatabase database, IPackageSource source, IInstancePool pool, SharedStore store, InstallationSnapshots installations,
    RecoveryRecords records, VersionResolver resolver, VersionOffers offers, VersionChoice choice, SetPlanner planner, SitePins pins,
    Requirements requirements, DeclarationGate declarations, OperationJournal journal,
    IStepWitness witness, TimeProvider time, SettingsView settingsView, SettingsCarry settingsCarry, ILogger<OperationParts> logger)
{
    public IDatabase Database => database;

    public IPackageSource Source => source;

    public IInstancePool Pool => pool;

    public SharedStore Store => store;

    public InstallationSnapshots Installations => installations;

    public RecoveryRecords Records => records;

    public VersionResolver Resolver => resolver;

    public VersionOffers Offers => offers;

    public VersionChoice Choice => choice;

    public SetPlanner Planner => planner;

    public SitePins Pins => pins;

    public SettingsCarry SettingsCarry => settingsCarry;

    public Requirements Requirements => requirements;

    public OperationJournal Journal => journal;

    public DeclarationGate Declarations => declarations;

    public IStepWitness Witness => witness;

    /// <summary>Commits of one user one after another, so that a plan cannot be overtaken by another plugin's operation.</summary>
    public KeyedGate UserGate { get; } = new();

    public long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>What a plugin's lifecycle manager sees of an installation during an operation.</summary>
    public UserInstallation View(OperationCaller caller, string slug, string version, PluginManifest manifest, long generation, StoredSettings settings) => new(
        caller, slug, version,
        new UserDocuments(database, time, caller.UserId, slug, generation, onlyInForce: false),
        settingsView.Json(manifest, $"{caller.UserId}_{slug}", settings));

    /// <summary>Makes sure the version is in the store.</summary>
    /// <param name="candidate">Which.</param>
    /// <param name="wantsVariant">Whether the user takes optimised files.</param>
    public async ValueTask<StoredVersion> FetchAsync(Candidate candidate, bool wantsVariant, CancellationToken cancellationToken)
    {
        var stored = candidate.Offer is { } offer
            ? await store.EnsureAsync(offer, offers.SourceOf(offer), wantsVariant, cancellationToken)
            : await store.AdmitAsync(candidate.Stored!, cancellationToken);
        await declarations.CheckAsync(stored, cancellationToken);
        return stored;
    }

    /// <summary>Runs the steps of a journaled operation; whatever goes wrong before the switch is taken back.</summary>
    public async Task<OperationOutcome> RunAsync(IRunningWork running, Func<Task<OperationOutcome>> steps)
    {
        var what = $"The {running.Kind} of {running.Slug}";
        await using (running)
        {
            try
            {
                return await steps();
            }
            catch (Exception exception) when (!running.IsCommitted)
            {
                var cancelled = exception is OperationCanceledException;
                if (!cancelled && !OperationFailures.IsKnown(exception))
                    LogFault(exception, running.Kind, running.Slug, running.Caller.UserId, running.Step);
                var outcome = cancelled
                    ? new OperationOutcome.Failed("operation.cancelled", running.Step, $"{what} was cancelled by whoever asked for it.")
                    : OperationFailures.Outcome(exception, running.Step, what);
                var state = await UndoAsync(running, outcome);
                installations.Forget(running.Caller.UserId);
                if (state is "succeeded" && running.Pending is { } result)
                    return new OperationOutcome.Done(result);
                if (cancelled)
                    throw;
                return outcome;
            }
        }
    }

    /// <summary>An undo that cannot reach the database leaves the entry to the recovery, which finds it by its lease.</summary>
    private async Task<string> UndoAsync(IRunningWork running, OperationOutcome outcome)
    {
        var (code, message) = outcome switch
        {
            OperationOutcome.Failed failed => (failed.Code, failed.Message),
            OperationOutcome.Refused refused => (refused.Code, refused.Message),
            _ => ("operation.failed", ""),
        };
        try
        {
            return await running.UndoAsync(code, message);
        }
        catch (DatabaseUnavailableException exception)
        {
            LogNotUndone(exception, running.Id);
            return "running";
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The {Kind} of {Plugin} for user {User} failed at the step '{Step}' for a reason that has no code")]
    private partial void LogFault(Exception exception, string kind, string plugin, string user, string step);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Operation {Operation} could not be undone now; the recovery does it when its lease has run out")]
    private partial void LogNotUndone(Exception exception, string operation);
}
