namespace Berth.Packaging.Scanning.Names;

/// <summary>Findings about names.</summary>
internal static class NameCodes
{
    private const string Choose = "Choose a name that nobody takes for another plugin's.";

    public static readonly FindingCode Reserved = new("scan.names.reserved", Severity.High, "Choose a name that is no word of Berth's own addresses.");
    public static readonly FindingCode Confusable = new("scan.names.confusable", Severity.High, Choose);
    public static readonly FindingCode Similar = new("scan.names.similar", Severity.Medium, Choose);
    public static readonly FindingCode Imitates = new("scan.names.imitates", Severity.High, Choose);
    public static readonly FindingCode MixedScripts = new("scan.names.mixed_scripts", Severity.High, "Write each word in the letters of one script.");
    public static readonly FindingCode Invisible = new("scan.names.invisible", Severity.High, "Remove characters that nobody sees.");

    public static IReadOnlyList<FindingCode> All { get; } = [Reserved, Confusable, Similar, Imitates, MixedScripts, Invisible];
}
