namespace Berth;

/// <summary>A call into a plugin that failed, as text: nothing of the call is held on to.</summary>
/// <param name="Kind">What was called: <c>request</c>, <c>lifecycle</c>, <c>service</c>, <c>event</c>, <c>guard</c> or <c>background</c>.</param>
/// <param name="Call">The call, for example <c>GET /notes/7</c>.</param>
/// <param name="Reason">What went wrong: type and message of what was thrown, or how long it took.</param>
/// <param name="Untold">How many other failures since the last one told were not told one by one.</param>
public sealed record PluginError(string Kind, string Call, string Reason, long Untold);
