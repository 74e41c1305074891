using Berth.Worker.Protocol;

namespace Berth.Worker.Probe;

internal sealed record ProbeRequest
{
    public WorkerHardening Hardening { get; init; } = new();

    /// <summary>Each a name of <see cref="Attempts"/>, with its argument after a space.</summary>
    public IReadOnlyList<string> Attempts { get; init; } = [];
}
