namespace Berth.Packaging.Scanning.Names;

/// <summary>A plugin that others could want to be taken for.</summary>
/// <param name="Slug">Its slug.</param>
/// <param name="DisplayName">What users see.</param>
public sealed record PopularPlugin(string Slug, string DisplayName);
