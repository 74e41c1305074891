using Berth.Packaging.Scanning.Archives;
using Berth.Packaging.Scanning.Dependencies;
using Berth.Packaging.Scanning.Il;
using Berth.Packaging.Scanning.Indicators;
using Berth.Packaging.Scanning.Names;
using Berth.Packaging.Scanning.Scripts;
using Berth.Packaging.Scanning.Secrets;

namespace Berth.Packaging.Scanning;

/// <summary>Every kind of finding there is.</summary>
public static class FindingCodes
{
    /// <summary>All of them, by scanner.</summary>
    public static IReadOnlyList<FindingCode> All { get; } =
        [.. IlCodes.All, .. ScriptCodes.All, .. SecretCodes.All, .. DependencyCodes.All, .. NameCodes.All, .. ArchiveCodes.All, .. IndicatorCodes.All];
}
