namespace Berth.Packaging.Scanning.Archives;

/// <summary>Findings about archives inside the package.</summary>
internal static class ArchiveCodes
{
    private const string Unpack = "Unpack it and pack the files themselves.";

    public static readonly FindingCode Nested = new("scan.archives.nested", Severity.Info, "Nothing; its files were looked at.");
    public static readonly FindingCode Encrypted = new("scan.archives.encrypted", Severity.High, "Pack the files unencrypted; what cannot be looked at is not published.");
    public static readonly FindingCode Unreadable = new("scan.archives.unreadable", Severity.Medium, Unpack);
    public static readonly FindingCode UnknownFormat = new("scan.archives.unknown_format", Severity.Medium, Unpack);
    public static readonly FindingCode TooDeep = new("scan.archives.too_deep", Severity.High, Unpack);
    public static readonly FindingCode TooLarge = new("scan.archives.too_large", Severity.High, Unpack);
    public static readonly FindingCode Appended = new("scan.archives.appended", Severity.Medium, "Leave out what lies behind the file's end.");
    public static readonly FindingCode Traversal = new("scan.archives.traversal", Severity.Medium, "Make the archive again; its names lead out of the folder it is unpacked to.");

    public static IReadOnlyList<FindingCode> All { get; } = [Nested, Encrypted, Unreadable, UnknownFormat, TooDeep, TooLarge, Appended, Traversal];
}
