namespace Berth.Host.Isolation;

/// <summary>Which isolation levels this machine gives. Each is looked at once, soon after the start; who asks for one before that waits for that one.</summary>
public interface IIsolationLevels
{
    /// <summary>All levels, the weakest first.</summary>
    IReadOnlyList<IsolationAvailability> All { get; }

    /// <summary>Looks at the machine again.</summary>
    Task<IReadOnlyList<IsolationAvailability>> ProbeAsync(CancellationToken cancellationToken = default);

    /// <summary>One level; not available for a name that is none.</summary>
    IsolationAvailability Of(string level) => All.FirstOrDefault(one => string.Equals(one.Level, level, StringComparison.Ordinal))
        ?? new IsolationAvailability(level, IsAvailable: false, "there is no such level");

    /// <summary>Why a version that is placed there does not run, and what to do; <see langword="null"/> when it does.</summary>
    /// <param name="plugin">Its slug and version.</param>
    /// <param name="level">Where it is placed.</param>
    string? Refusal(string plugin, string level) => Of(level) is { IsAvailable: false } missing
        ? $"{plugin} runs at isolation level '{level}', which this machine does not give: {missing.Explanation} A level is never replaced by a weaker one."
        : null;
}
