namespace Berth.Registry.Scanning;

/// <summary>The registry's own indicators: what every package is looked through for. They come with <see cref="IScanRuns.StartAsync"/>.</summary>
public interface IScanIndicators
{
    /// <summary>All in force, by kind and value.</summary>
    Task<IReadOnlyList<KeptIndicator>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes one: no later scan looks for it. What it found stays in the reports, and what it held stays held, until the next scan
    /// or a reviewer.
    /// </summary>
    /// <returns>What was removed; <see langword="null"/> when there is no such indicator.</returns>
    Task<KeptIndicator?> RemoveAsync(string id, string userId, bool isDryRun, CancellationToken cancellationToken = default);
}

/// <summary>An indicator in force.</summary>
/// <param name="Id">32 hexadecimal digits, from kind and value.</param>
/// <param name="Kind"><c>text</c>, <c>sha256</c>, <c>member</c> or <c>domain</c>.</param>
/// <param name="Value">What is looked for.</param>
/// <param name="Name">What findings call it.</param>
/// <param name="Severity">How bad a find is.</param>
/// <param name="AddedBy">Who added it.</param>
/// <param name="AddedAt">When.</param>
public sealed record KeptIndicator(string Id, string Kind, string Value, string Name, string Severity, string? AddedBy, DateTimeOffset AddedAt);
