using Berth.Host.Isolation;

namespace Berth.Server.Configuration;

/// <summary>How far away from the host plugins run, and what they may use there.</summary>
public sealed record IsolationSettings
{
    /// <summary>The isolation level of each trust level; a trust policy, an administrator and a manifest may ask for a stronger one.</summary>
    public IReadOnlyDictionary<string, string> Levels { get; init; } = InOrder(new Host.HostOptions());

    /// <summary>What one worker may use at most.</summary>
    public WorkerLimits Limits { get; init; } = new();

    /// <summary>Longest time of one request to a plugin, at any level.</summary>
    public TimeSpan RequestTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time of an answer that has begun; <see langword="null"/>: as long as it moves.</summary>
    public TimeSpan? AnswerTime { get; init; }

    /// <summary>How long after the start the machine is asked for its levels: see <see cref="Host.HostOptions.LevelProbeDelay"/>.</summary>
    public TimeSpan ProbeDelay { get; init; } = new Host.HostOptions().LevelProbeDelay;

    /// <summary>The first of the user ids that workers get where the host is root.</summary>
    public int FirstUserId { get; init; } = new IsolationOptions().FirstUserId;

    /// <summary>The last of them.</summary>
    public int LastUserId { get; init; } = new IsolationOptions().LastUserId;

    /// <summary><c>runc</c> or <c>podman</c>; the first that works when not set.</summary>
    public string? ContainerEngine { get; init; }

    /// <summary>Trust levels whose code may run in the host's own process.</summary>
    public IEnumerable<string> InProcess => Levels.Where(level => level.Value == IsolationLevels.None).Select(level => level.Key);

    private static Dictionary<string, string> InOrder(Host.HostOptions preset) => new(
        [.. preset.InProcessTrustLevels.Order(StringComparer.Ordinal).Select(trust => KeyValuePair.Create(trust, IsolationLevels.None)), .. preset.WorkerLevels], StringComparer.Ordinal);
}
