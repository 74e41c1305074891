using Berth.Host.Events;
using Berth.Host.Graph;
using Berth.Host.Hooks;
using Berth.Host.Isolation.InProcess;
using Berth.Host.Observability;
using Berth.Host.Pipeline;
using Berth.Host.Reload;
using Berth.Host.Services.CrossPlugin;
using Berth.Host.States;
using Microsoft.Extensions.Logging;

namespace Berth.Host;

/// <summary>What the slots of all versions share.</summary>
internal sealed record SlotParts(
    InstancePipeline Pipeline, InstanceUnload Unload, StartedInstances Started, ContextWatch Contexts, PoolCounts Pool, IHostEvents Events, DependencyHolds Holds, ServiceDirectory Services, Isolation.IIsolationLevels Levels, HostOptions Options,
    HostMetrics Metrics, Isolation.Limits.LimitTrail Limits, Isolation.ILeakMarks Leaks, TimeProvider Time, ILogger<VersionSlot> Logger);
