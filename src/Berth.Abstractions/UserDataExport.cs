namespace Berth;

/// <summary>A user's data on its way from one version of a plugin to another.</summary>
/// <param name="Version">The version that wrote it, SemVer 2.0.0. May be older or newer than the importer.</param>
/// <param name="Documents">JSON documents by key, in the order they were exported.</param>
public sealed record UserDataExport(string Version, IReadOnlyList<KeyValuePair<string, string>> Documents);
