namespace Berth.Host.Graph;

/// <summary>One reason why a version is not loaded.</summary>
/// <param name="Code">Stable and dotted, for example <c>dependency.missing</c>.</param>
/// <param name="Message">For people, with what to do next.</param>
public sealed record GraphReason(string Code, string Message);
