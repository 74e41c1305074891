namespace Berth.Registry.Versions;

/// <summary>What a publisher says against using a version. It stays on offer, with this word beside it.</summary>
/// <param name="Message">Why, and what to do instead.</param>
/// <param name="SuccessorSlug">The plugin that takes its place, if there is one.</param>
/// <param name="SuccessorVersion">A version or range of the successor, if one is named.</param>
/// <param name="At">Since when.</param>
public sealed record Deprecation(string Message, string? SuccessorSlug, string? SuccessorVersion, DateTimeOffset At)
{
    /// <summary>The longest message: 1,000 characters.</summary>
    public const int MaxMessage = 1000;
}
