using Berth.Events;
using Berth.Host.Caches;
using Berth.Host.Events;
using Berth.Host.Isolation;
using Berth.Host.Isolation.InProcess;

namespace Berth.Host.Pipeline;

/// <summary>
/// Decides where the version runs. Promise: what needs more isolation than there is does not run. Native code, and code that
/// ends its process, is looked for here, because a manifest does not tell.
/// </summary>
internal sealed class PlaceStage(HostOptions options, IIsolationLevels levels, IPlacementRules rules, HostCaches caches, DeclarationCheck declarations, IHostEvents events) : IPipelineStage
{
    // To be raised when a scan finds more, or less, than before.
    private const int RuleSet = 2;

    public string Phase => "place";

    public string FaultCode => "plugin.load_failed";

    public async ValueTask<StageFault?> RunAsync(InstanceParts parts, CancellationToken cancellationToken)
    {
        var fault = await PlaceAsync(parts, cancellationToken);
        if (fault is not null)
            events.Raise(new IsolationRefused(parts.Id.Slug, parts.Id.Version, fault.Code, fault.Reason), parts.Id);
        else
            events.Raise(new IsolationPlaced(parts.Id.Slug, parts.Id.Version, parts.Isolation, parts.PlacedBecause ?? $"trust level {parts.Files!.TrustLevel}"), parts.Id);
        return fault;
    }

    private async ValueTask<StageFault?> PlaceAsync(InstanceParts parts, CancellationToken cancellationToken)
    {
        var files = parts.Files!;
        var rule = rules.Of(parts.Id.Slug, files.TrustLevel);
        parts.Limits = WorkerLimits.Of(files.Manifest, rule, options);
        switch (PlacementPolicy.Decide(files.Manifest, files.TrustLevel, options, rule))
        {
            case PlacementOutcome.Refused refused:
                return new StageFault(refused.Code, refused.Reason, IsRetried: false);
            case PlacementOutcome.Placed placed:
                parts.Isolation = placed.Isolation;
                break;
        }

        if (files.Manifest.Module is { IsForVm: true })
            return Missing(parts);
        if (parts.HasLeaked && string.Equals(parts.Isolation, IsolationLevels.None, StringComparison.Ordinal))
            (parts.Isolation, parts.PlacedBecause) = (IsolationLevels.Process, $"{parts.Id} stayed in memory after an unload, so it never runs in the host's own process again.");
        else if (parts.HasHeldThread && string.Equals(parts.Isolation, IsolationLevels.None, StringComparison.Ordinal) && levels.Of(IsolationLevels.Process).IsAvailable)
            (parts.Isolation, parts.PlacedBecause) = (IsolationLevels.Process, $"A call of {parts.Id} held a thread of the host past its time, so it runs where it can be ended.");
        var found = await ScanAsync(files, cancellationToken);
        if (string.Equals(parts.Isolation, IsolationLevels.None, StringComparison.Ordinal) && found is not { NativeFile: null, ProcessEnder: null })
            return Elsewhere(parts, found);
        return Missing(parts) ?? (string.Equals(parts.Isolation, IsolationLevels.None, StringComparison.Ordinal) ? await declarations.RunAsync(files, cancellationToken) : null);
    }

    private StageFault? Missing(InstanceParts parts) =>
        levels.Refusal(parts.Id.ToString(), parts.Isolation) is { } missing ? new StageFault("isolation.unavailable", missing, IsRetried: false) : null;

    // What must not be in the host's own process is placed in a worker, where there is one.
    private StageFault? Elsewhere(InstanceParts parts, ScanVerdict found)
    {
        var why = found.NativeFile is { } native
            ? $"{parts.Id} contains native code ({native}), which never runs in the host's own process."
            : $"{parts.Id} calls {found.ProcessEnder}, which would end the host's own process for everybody.";
        var remedy = found.NativeFile is not null ? "a version without" : "a version that throws instead";
        parts.Isolation = IsolationLevels.Process;
        parts.PlacedBecause = why;
        return levels.Of(IsolationLevels.Process).IsAvailable
            ? null
            : new StageFault(
                found.NativeFile is not null ? "isolation.native_code" : "isolation.ends_process",
                $"{why} Ask its publisher for {remedy}, or use a host that offers isolation level 'process'. This machine does not: {levels.Of(IsolationLevels.Process).Explanation}",
                IsRetried: false);
    }

    private async ValueTask<ScanVerdict> ScanAsync(PluginVersionFiles files, CancellationToken cancellationToken)
    {
        var main = LoadStage.MainAssemblyPath(files);
        var stamp = ContentStamp.OfFolder(files.Directory);
        return await caches.ScanVerdicts.GetAsync(
            new ContentKey(files.Id, RuleSet, $"{files.Digest}:{stamp.Text}"),
            () => Task.FromResult(new ScanVerdict(NativeCode.Find(Path.GetFullPath(files.Directory), main), ProcessEnders.Find(main))),
            _ => stamp.IsSettled ? CachingWish.Of(files.Manifest, "securityCache") : CachingWish.Never,
            cancellationToken);
    }
}
