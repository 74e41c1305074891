namespace Berth.Registry.Mirroring;

/// <summary>A mark that was taken from a version.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Version">Its version.</param>
/// <param name="Mark"><c>yank</c>, <c>warning</c> or <c>quarantine</c>.</param>
public sealed record LiftedMark(string Slug, string Version, string Mark);
