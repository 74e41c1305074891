namespace Berth.Host.Caches;

/// <summary>What the scans of a version's files found; <see langword="null"/> for what is not there.</summary>
/// <param name="NativeFile">The first file with native code.</param>
/// <param name="ProcessEnder">What it calls that would end the host's process.</param>
internal sealed record ScanVerdict(string? NativeFile, string? ProcessEnder);
