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
internal sealed class PlaceStage(HostOptions options, HostCaches caches, IHostEvents events) : IPipelineStage
{
    // To be raised when a scan finds more, or less, than before.
    private const int RuleSet = 1;

    public string Phase => "place";

    public string FaultCode => "plugin.load_failed";

    public async ValueTask<StageFault?> RunAsync(InstanceParts parts, CancellationToken cancellationToken)
    {
        var fault = await PlaceAsync(parts, cancellationToken);
        if (fault is not null)
            events.Raise(new IsolationRefused(parts.Id.Slug, parts.Id.Version, fault.Code, fault.Reason), parts.Id);
        else
            events.Raise(new IsolationPlaced(parts.Id.Slug, parts.Id.Version, parts.Isolation, $"trust level {parts.Files!.TrustLevel}"), parts.Id);
        return fault;
    }

    private async ValueTask<StageFault?> PlaceAsync(InstanceParts parts, CancellationToken cancellationToken)
    {
        var files = parts.Files!;
        switch (PlacementPolicy.Decide(files.Manifest, files.TrustLevel, options))
        {
            case PlacementOutcome.Refused refused:
                return new StageFault(refused.Code, refused.Reason, IsRetried: false);
            case PlacementOutcome.Placed placed:
                parts.Isolation = placed.Isolation;
                break;
        }

        var found = await ScanAsync(files, cancellationToken);
        if (found.NativeFile is { } native)
        {
            return new StageFault(
                "isolation.native_code",
                $"{parts.Id} contains native code ({native}), which never runs in the host's own process. Ask its publisher for a version without, or use a host that offers isolation level 'process'.",
                IsRetried: false);
        }

        return found.ProcessEnder is { } ender
            ? new StageFault(
                "isolation.ends_process",
                $"{parts.Id} calls {ender}, which would end the host's own process for everybody. Ask its publisher for a version that throws instead, or use a host that offers isolation level 'process'.",
                IsRetried: false)
            : null;
    }

    private async ValueTask<ScanVerdict> ScanAsync(PluginVersionFiles files, CancellationToken cancellationToken)
    {
        var main = LoadStage.MainAssemblyPath(files);
        var stamp = ContentStamp.OfFolder(Path.GetDirectoryName(main)!);
        return await caches.ScanVerdicts.GetAsync(
            new ContentKey(files.Id, RuleSet, $"{files.Digest}:{stamp.Text}"),
            () => Task.FromResult(new ScanVerdict(NativeCode.Find(main), ProcessEnders.Find(main))),
            _ => stamp.IsSettled ? CachingWish.Of(files.Manifest, "securityCache") : CachingWish.Never,
            cancellationToken);
    }
}
