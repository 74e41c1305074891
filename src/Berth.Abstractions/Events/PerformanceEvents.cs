namespace Berth.Events;

/// <summary>A call took long, though not too long.</summary>
[EventType("berth.performance.slow_call")]
public sealed record SlowCall(string Slug, string Version, string Call, double Milliseconds, double ThresholdMilliseconds) : BerthEvent;

/// <summary>Memory is short, so idle instances were retired before their time.</summary>
[EventType("berth.performance.memory_pressure")]
public sealed record MemoryPressure(int Retired, double LoadPercent) : BerthEvent;
