namespace Berth.Events;

/// <summary>A cleanup ended.</summary>
[EventType("berth.cleanup.completed")]
public sealed record CleanupCompleted(int Managers, int Versions, int TempFiles, long BytesFreed) : BerthEvent;

/// <summary>A migration from an old layout ended.</summary>
[EventType("berth.migration.completed")]
public sealed record MigrationCompleted(long Installations, long Packages, long NotMigrated) : BerthEvent;
