namespace Berth.Lifecycle.Nodes;

/// <summary>The processes that serve this installation of Berth.</summary>
public interface INodes
{
    /// <summary>Those that were seen lately, this one among them.</summary>
    Task<IReadOnlyList<NodeEntry>> ListAsync(CancellationToken cancellationToken = default);
}

/// <summary>A node.</summary>
/// <param name="Name">Its name in the journal.</param>
/// <param name="Version">Of the host.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="LastSeen">When it reported last.</param>
/// <param name="IsAlive">Whether that is recent enough.</param>
public sealed record NodeEntry(string Name, string Version, DateTimeOffset StartedAt, DateTimeOffset LastSeen, bool IsAlive);
