using Berth.Host.Isolation.Worker;

namespace Berth.Host.Isolation.Container;

/// <summary>What one container is made of.</summary>
internal sealed record ContainerPlan
{
    /// <summary>Its name, which tells the host that made it.</summary>
    public required string Name { get; init; }

    /// <summary>Its folder, with its root in it.</summary>
    public required string Folder { get; init; }

    public required WorkerLaunch Launch { get; init; }

    /// <summary>The user that the worker has inside.</summary>
    public required int UserId { get; init; }

    /// <summary>What is visible, read-only, at the same path.</summary>
    public required IReadOnlyList<string> Visible { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>What runs in it.</summary>
    public required IReadOnlyList<string> Command { get; init; }
}
