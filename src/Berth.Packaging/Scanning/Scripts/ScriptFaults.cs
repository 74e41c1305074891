namespace Berth.Packaging.Scanning.Scripts;

/// <summary>What a parser says about a file, for a sentence: without the file's own words.</summary>
internal static class ScriptFaults
{
    public static string Shown(string? fault) => string.IsNullOrEmpty(fault) ? "it is no JavaScript" : new string([.. fault.Take(120).Select(character => character is >= ' ' and < (char)0x7F ? character : '?')]).TrimEnd('.');
}
