using System.Collections.Concurrent;
using System.Diagnostics;
using Berth.Data.Sessions;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Observability;
using Berth.Lifecycle.Operations.Journal;

namespace Berth.Lifecycle.Operations;

/// <summary>The door of the operations: one at a time for each user and plugin, each one measured.</summary>
internal sealed class LifecycleOperations(
    InstallOperation install, UpdateOperation update, RollbackOperation rollback, UninstallOperation uninstall,
    SetEnabledOperation setEnabled, SetPolicyOperation setPolicy, ChooseVariantOperation chooseVariant, ChangeGrantsOperation changeGrants, RepairOperation repair, ConfigureOperation configure, ConfigureModuleOperation configureModule,
    Recovery recovery, OperationJournal journal, OperationTimes times, OperationMetrics metrics) : ILifecycleOperations
{
    /// <summary>How long an operation that is ending may take from its last commit to its answer.</summary>
    private static readonly TimeSpan Ending = TimeSpan.FromMilliseconds(100);
    private readonly ConcurrentDictionary<(string User, string Slug), TaskCompletionSource> _running = new();

    public Task<OperationOutcome> InstallAsync(OperationCaller caller, InstallRequest request, CancellationToken cancellationToken = default) =>
        OneAtATimeAsync(OperationKinds.Install, caller, request.Slug, request.IsDryRun, () => install.RunAsync(caller, request, cancellationToken));

    public Task<OperationOutcome> UpdateAsync(OperationCaller caller, UpdateRequest request, CancellationToken cancellationToken = default) =>
        OneAtATimeAsync(OperationKinds.Update, caller, request.Slug, request.IsDryRun, () => update.RunAsync(caller, request, cancellationToken));

    public Task<OperationOutcome> RollbackAsync(OperationCaller caller, RollbackRequest request, CancellationToken cancellationToken = default) =>
        OneAtATimeAsync(OperationKinds.Rollback, caller, request.Slug, request.IsDryRun, () => rollback.RunAsync(caller, request, cancellationToken));

    public Task<OperationOutcome> UninstallAsync(OperationCaller caller, UninstallRequest request, CancellationToken cancellationToken = default) =>
        OneAtATimeAsync(OperationKinds.Uninstall, caller, request.Slug, request.IsDryRun, () => uninstall.RunAsync(caller, request, cancellationToken));

    public Task<OperationOutcome> SetEnabledAsync(OperationCaller caller, SetEnabledRequest request, CancellationToken cancellationToken = default) =>
        OneAtATimeAsync(
            request.Enabled ? OperationKinds.Enable : OperationKinds.Disable, caller, request.Slug, request.IsDryRun,
            () => setEnabled.RunAsync(caller, request, cancellationToken));

    public Task<OperationOutcome> SetPolicyAsync(OperationCaller caller, SetPolicyRequest request, CancellationToken cancellationToken = default) =>
        OneAtATimeAsync(OperationKinds.Pin, caller, request.Slug, request.IsDryRun, () => setPolicy.RunAsync(caller, request, cancellationToken));

    public Task<OperationOutcome> ChooseVariantAsync(OperationCaller caller, ChooseVariantRequest request, CancellationToken cancellationToken = default) =>
        OneAtATimeAsync(OperationKinds.Variant, caller, request.Slug, request.IsDryRun, () => chooseVariant.RunAsync(caller, request, cancellationToken));

    public Task<OperationOutcome> ChangeGrantsAsync(OperationCaller caller, ChangeGrantsRequest request, CancellationToken cancellationToken = default) =>
        OneAtATimeAsync(OperationKinds.Grants, caller, request.Slug, request.IsDryRun, () => changeGrants.RunAsync(caller, request, cancellationToken));

    public Task<OperationOutcome> RepairAsync(OperationCaller caller, RepairRequest request, CancellationToken cancellationToken = default) =>
        OneAtATimeAsync(OperationKinds.Repair, caller, request.Slug, request.IsDryRun, () => repair.RunAsync(caller, request, cancellationToken));

    public Task<OperationOutcome> ConfigureAsync(OperationCaller caller, ConfigureRequest request, CancellationToken cancellationToken = default) =>
        OneAtATimeAsync(OperationKinds.Configure, caller, request.Slug, request.IsDryRun, () => configure.RunAsync(caller, request, cancellationToken));

    public Task<OperationOutcome> ConfigureModuleAsync(OperationCaller caller, ConfigureModuleRequest request, CancellationToken cancellationToken = default) =>
        OneAtATimeAsync(OperationKinds.ConfigureModule, caller, request.Slug, request.IsDryRun, () => configureModule.RunAsync(caller, request, cancellationToken));

    public Task<IReadOnlyList<OperationResult>> CompletedAsync(string idempotencyKey, DateTimeOffset since, CancellationToken cancellationToken = default) =>
        journal.CompletedAsync(idempotencyKey, since, cancellationToken);

    public Task<int> RecoverAsync(CancellationToken cancellationToken = default) => recovery.RecoverAsync(cancellationToken);

    /// <summary>A second operation is refused, not queued: whoever clicked twice learns at once that the first one runs.</summary>
    private async Task<OperationOutcome> OneAtATimeAsync(string kind, OperationCaller caller, string slug, bool isDryRun, Func<Task<OperationOutcome>> run)
    {
        if (isDryRun)
            return await run();

        // A plugin id means the same installation as its slug.
        var prefix = caller.UserId.Length + 1;
        var name = slug.Length > prefix && slug[prefix - 1] == '_' && slug.StartsWith(caller.UserId, StringComparison.Ordinal) ? slug[prefix..] : slug;
        if (caller.Completed.LastOrDefault(done => done.Kind == kind && string.Equals(done.Slug, name, StringComparison.OrdinalIgnoreCase)) is { } completed)
            return new OperationOutcome.Done(completed);

        var key = (caller.UserId, name.ToUpperInvariant());
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_running.TryAdd(key, ended))
        {
            // The journal and the events say that an operation has ended a moment before it lets go: whoever follows them
            // and goes on at once is not refused for that.
            if (_running.TryGetValue(key, out var other))
                await Task.WhenAny(other.Task, Task.Delay(Ending, CancellationToken.None));
            if (!_running.TryAdd(key, ended))
                return Refusals.InProgress(name);
        }

        var start = Stopwatch.GetTimestamp();
        var activity = OperationTrace.Start(kind, name);
        OperationOutcome? outcome = null;
        try
        {
            return outcome = await run();
        }
        catch (DatabaseUnavailableException exception)
        {
            return outcome = OperationFailures.Outcome(exception, "begin", $"The {kind} of {name}");
        }
        finally
        {
            _running.TryRemove(key, out _);
            ended.SetResult();
            var elapsed = Stopwatch.GetElapsedTime(start);
            times.Add(kind, elapsed, outcome is OperationOutcome.Done);
            metrics.Add(kind, name, outcome, elapsed);
            OperationTrace.End(activity, outcome);
        }
    }
}
