namespace Berth.Lifecycle.Migration;

/// <summary>The old system is being written to while it is migrated. What was done so far is in the journal.</summary>
/// <param name="message">What changed, and what to do.</param>
public sealed class OldSystemChangedException(string message) : Exception(message);
