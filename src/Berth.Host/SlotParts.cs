using Berth.Host.Events;
using Berth.Host.Isolation.InProcess;
using Berth.Host.Pipeline;
using Berth.Host.Reload;
using Berth.Host.States;
using Microsoft.Extensions.Logging;

namespace Berth.Host;

/// <summary>What the slots of all versions share.</summary>
internal sealed record SlotParts(
    InstancePipeline Pipeline, InstanceUnload Unload, ContextWatch Contexts, PoolCounts Pool, IHostEvents Events, HostOptions Options, TimeProvider Time, ILogger<VersionSlot> Logger);
