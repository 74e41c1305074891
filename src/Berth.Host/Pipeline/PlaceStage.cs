using Berth.Host.Isolation;
using Berth.Host.Isolation.InProcess;

namespace Berth.Host.Pipeline;

/// <summary>Decides where the version runs; native code is looked for here, because a manifest does not tell.</summary>
internal sealed class PlaceStage(HostOptions options) : IPipelineStage
{
    public string FaultCode => "plugin.load_failed";

    public ValueTask<StageFault?> RunAsync(InstanceParts parts, CancellationToken cancellationToken)
    {
        var files = parts.Files!;
        switch (PlacementPolicy.Decide(files.Manifest, files.TrustLevel, options))
        {
            case PlacementOutcome.Refused refused:
                return ValueTask.FromResult<StageFault?>(new StageFault(refused.Code, refused.Reason, IsRetried: false));
            case PlacementOutcome.Placed placed:
                parts.Isolation = placed.Isolation;
                break;
        }

        var native = NativeCode.Find(LoadStage.MainAssemblyPath(files));
        return ValueTask.FromResult(native is null
            ? null
            : new StageFault(
                "isolation.native_code",
                $"{parts.Id} contains native code ({native}), which never runs in the host's own process. Ask its publisher for a version without, or use a host that offers isolation level 'process'.",
                IsRetried: false));
    }
}
