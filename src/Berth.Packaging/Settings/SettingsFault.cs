namespace Berth.Packaging.Settings;

/// <summary>One reason why settings are refused. Never holds a value: it may be a secret.</summary>
/// <param name="Code">Stable and dotted; all are in <see cref="SettingsFaultCodes"/>.</param>
/// <param name="Pointer">RFC 6901 pointer into the settings, empty for all of them.</param>
/// <param name="Message">What is wrong and what to send instead.</param>
public sealed record SettingsFault(string Code, string Pointer, string Message);
