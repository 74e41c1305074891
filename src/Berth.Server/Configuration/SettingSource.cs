namespace Berth.Server.Configuration;

/// <summary>Where a setting came from.</summary>
/// <param name="Name"><c>berth.json</c>, <c>environment</c>, <c>arguments</c> or <c>application</c>.</param>
/// <param name="Text">As it was written there.</param>
public sealed record SettingSource(string Name, string Text);
