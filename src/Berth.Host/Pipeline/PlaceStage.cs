using Berth.Events;
using Berth.Host.Events;
using Berth.Host.Isolation;
using Berth.Host.Isolation.InProcess;

namespace Berth.Host.Pipeline;

/// <summary>
/// Decides where the version runs. Promise: what needs more isolation than there is does not run. Native code, and code that
/// ends its process, is looked for here, because a manifest does not tell.
/// </summary>
internal sealed class PlaceStage(HostOptions options, IHostEvents events) : IPipelineStage
{
    public string Phase => "place";

    public string FaultCode => "plugin.load_failed";

    public ValueTask<StageFault?> RunAsync(InstanceParts parts, CancellationToken cancellationToken)
    {
        var fault = Place(parts);
        if (fault is not null)
            events.Raise(new IsolationRefused(parts.Id.Slug, parts.Id.Version, fault.Code, fault.Reason), parts.Id);
        else
            events.Raise(new IsolationPlaced(parts.Id.Slug, parts.Id.Version, parts.Isolation, $"trust level {parts.Files!.TrustLevel}"), parts.Id);
        return ValueTask.FromResult(fault);
    }

    private StageFault? Place(InstanceParts parts)
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

        var main = LoadStage.MainAssemblyPath(files);
        if (NativeCode.Find(main) is { } native)
        {
            return new StageFault(
                "isolation.native_code",
                $"{parts.Id} contains native code ({native}), which never runs in the host's own process. Ask its publisher for a version without, or use a host that offers isolation level 'process'.",
                IsRetried: false);
        }

        return ProcessEnders.Find(main) is { } ender
            ? new StageFault(
                "isolation.ends_process",
                $"{parts.Id} calls {ender}, which would end the host's own process for everybody. Ask its publisher for a version that throws instead, or use a host that offers isolation level 'process'.",
                IsRetried: false)
            : null;
    }
}
