namespace Berth.Packaging.Carrying;

/// <summary>A publisher's warning of a version.</summary>
/// <param name="Message">Why, and what to do instead.</param>
/// <param name="Successor">The plugin that takes its place, if there is one.</param>
/// <param name="At">Since when.</param>
public sealed record CarriedWarning(string Message, string? Successor, DateTimeOffset At);
