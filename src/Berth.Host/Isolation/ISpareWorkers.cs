namespace Berth.Host.Isolation;

/// <summary>The workers that wait for a version: started, isolated, and with no plugin's code in them.</summary>
public interface ISpareWorkers
{
    /// <summary>How many are kept at most.</summary>
    int Most { get; }

    /// <summary>Those that wait now, the oldest first.</summary>
    IReadOnlyList<SpareSnapshot> Waiting { get; }
}

/// <summary>One worker that waits.</summary>
/// <param name="Level">Its isolation level.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="MemoryBytes">What it takes; <see langword="null"/> when nobody can count it.</param>
public sealed record SpareSnapshot(string Level, int ProcessId, long? MemoryBytes);
