namespace Berth.Host.Guards;

/// <summary>One guard of a version, as it is at one moment.</summary>
/// <param name="Name">Its name, unique in the plugin.</param>
/// <param name="IsExternal">Whether another plugin's code decides.</param>
/// <param name="Provider">The slug of the plugin whose code decides.</param>
/// <param name="IsExported">Whether other plugins may name it.</param>
/// <param name="Dependencies">Guards of the same plugin that are asked first.</param>
/// <param name="Allowed">How often it allowed since the start.</param>
/// <param name="Denied">How often it denied.</param>
/// <param name="Failed">How often it threw, took too long or could not be had, which denies too.</param>
public sealed record GuardSnapshot(
    string Name, bool IsExternal, string Provider, bool IsExported, IReadOnlyList<string> Dependencies, long Allowed, long Denied, long Failed);
