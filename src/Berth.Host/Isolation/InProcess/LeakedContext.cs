namespace Berth.Host.Isolation.InProcess;

/// <summary>A load context that was still alive after its unload.</summary>
/// <param name="Name">The context's name: the version, or the contract.</param>
/// <param name="UnloadedAt">When it was found alive.</param>
/// <param name="CollectedAt">When it was found gone after all; <see langword="null"/> while it is alive.</param>
public sealed record LeakedContext(string Name, DateTimeOffset UnloadedAt, DateTimeOffset? CollectedAt);
