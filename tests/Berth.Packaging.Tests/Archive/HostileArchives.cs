using System.Text;
using Berth.Packaging.Archive;

namespace Berth.Packaging.Tests.Archive;

/// <summary>Archives that break one rule each, written byte by byte, with the code of that rule.</summary>
internal static class HostileArchives
{
    public static readonly ZipDraftEntry Manifest = new("plugin.json", Packages.MinimalManifest);
    public static readonly ZipDraftEntry Plain = new("dist/a.js", "console.log('a');console.log('a');console.log('a');");

    public static readonly PackageLimits Limits = new()
    {
        MaxPackageBytes = 256 * 1024,
        MaxUnpackedBytes = 8 * 1024 * 1024,
        MaxEntries = 50,
        MaxManifestBytes = 4096,
    };

    public static IReadOnlyDictionary<string, (byte[] Bytes, string Code)> All { get; } = Create();

    private static Dictionary<string, (byte[] Bytes, string Code)> Create()
    {
        var cases = new Dictionary<string, (byte[] Bytes, string Code)>(StringComparer.Ordinal);
        AddNames(cases);
        AddKinds(cases);
        AddStructure(cases);
        AddHeaders(cases);
        AddContent(cases);
        AddLimits(cases);
        return cases;
    }

    private static void AddNames(Dictionary<string, (byte[] Bytes, string Code)> cases)
    {
        void Name(string what, string name, string code) => cases.Add("name: " + what, (With(new ZipDraftEntry(name, "x")), code));
        Name("empty", "", ArchiveFaultCodes.PathEmpty);
        Name("absolute", "/etc/passwd", ArchiveFaultCodes.PathAbsolute);
        Name("traversal", "../evil.txt", ArchiveFaultCodes.PathTraversal);
        Name("traversal in the middle", "dist/../../evil.txt", ArchiveFaultCodes.PathTraversal);
        Name("traversal at the end", "dist/..", ArchiveFaultCodes.PathTraversal);
        Name("dot", "./a.txt", ArchiveFaultCodes.PathDot);
        Name("empty segment", "dist//a.txt", ArchiveFaultCodes.PathEmptySegment);
        Name("backslash traversal", "..\\evil.txt", ArchiveFaultCodes.PathBackslash);
        Name("backslash", "dist\\a.txt", ArchiveFaultCodes.PathBackslash);
        Name("drive", "C:evil.txt", ArchiveFaultCodes.PathColon);
        Name("alternate stream", "a.txt:hidden", ArchiveFaultCodes.PathColon);
        Name("NUL", "a\0.txt", ArchiveFaultCodes.PathControl);
        Name("newline", "a\n.txt", ArchiveFaultCodes.PathControl);
        Name("C1 control", "a\u0085.txt", ArchiveFaultCodes.PathControl);
        Name("right-to-left override", "invoice\u202Etxt.js", ArchiveFaultCodes.PathBidi);
        Name("isolate", "a\u2066b.txt", ArchiveFaultCodes.PathBidi);
        Name("zero-width space", "a\u200Bb.txt", ArchiveFaultCodes.PathBidi);
        Name("decomposed", "caf\u0065\u0301.txt", ArchiveFaultCodes.PathNormalization);
        Name("singleton", "\u212B.txt", ArchiveFaultCodes.PathNormalization);
        Name("decomposed Hangul", "\u1112\u1161\u11ab.txt", ArchiveFaultCodes.PathNormalization);
        Name("marks in wrong order", "a\u0301\u0323.txt", ArchiveFaultCodes.PathNormalization);
        Name("device", "CON", ArchiveFaultCodes.PathDevice);
        Name("device with extension", "dist/nul.tar.gz", ArchiveFaultCodes.PathDevice);
        Name("device with digit", "lpt9.txt", ArchiveFaultCodes.PathDevice);
        Name("device with superscript", "COM\u00B9", ArchiveFaultCodes.PathDevice);
        Name("device as folder", "aux/a.txt", ArchiveFaultCodes.PathDevice);
        Name("trailing dot", "dist./a.txt", ArchiveFaultCodes.PathTrailingDot);
        Name("trailing space", "a.txt ", ArchiveFaultCodes.PathTrailingSpace);
        Name("long segment", new string('a', 256), ArchiveFaultCodes.PathSegmentLength);
        Name("long segment in bytes", string.Concat(Enumerable.Repeat("é", 128)), ArchiveFaultCodes.PathSegmentLength);
        Name("long path", string.Join('/', Enumerable.Repeat(new string('a', 200), 6)), ArchiveFaultCodes.PathLength);
        Name("deep", string.Join('/', Enumerable.Repeat("a", 33)), ArchiveFaultCodes.PathDepth);
        Name("duplicate", "plugin.json", ArchiveFaultCodes.PathDuplicate);
        Name("duplicate in other case", "Plugin.JSON", ArchiveFaultCodes.PathCase);
        Name("file and folder", "plugin.json/a", ArchiveFaultCodes.PathFileAndFolder);
        Name("file and folder in other case", "PLUGIN.json/a", ArchiveFaultCodes.PathFileAndFolder);
        cases.Add("name: not UTF-8", (With(Plain with { RawName = [0x61, 0xFF, 0xFE] }), ArchiveFaultCodes.PathEncoding));
        cases.Add("name: overlong UTF-8", (With(Plain with { RawName = [0xC0, 0xAE, 0xC0, 0xAE, 0x2F, 0x61] }), ArchiveFaultCodes.PathEncoding));
        cases.Add("name: surrogate in UTF-8", (With(Plain with { RawName = [0xED, 0xA0, 0x80] }), ArchiveFaultCodes.PathEncoding));
        cases.Add("name: not marked as UTF-8", (With(Plain with { Name = "é.txt", Flags = 0 }), ArchiveFaultCodes.PathEncoding));
        cases.Add("name: duplicate in other case beyond ASCII", (With(new("É.txt", "x"), new ZipDraftEntry("é.txt", "y")), ArchiveFaultCodes.PathCase));
    }

    private static void AddKinds(Dictionary<string, (byte[] Bytes, string Code)> cases)
    {
        void Mode(string what, uint mode, string code) => cases.Add("kind: " + what, (With(Plain with { Attributes = mode << 16 }), code));
        Mode("link", 0xA1FF, ArchiveFaultCodes.Link);
        Mode("folder by mode", 0x41ED, ArchiveFaultCodes.Folder);
        Mode("device", 0x21A4, ArchiveFaultCodes.Mode);
        Mode("block device", 0x61A4, ArchiveFaultCodes.Mode);
        Mode("pipe", 0x11A4, ArchiveFaultCodes.Mode);
        Mode("socket", 0xC1A4, ArchiveFaultCodes.Mode);
        Mode("set-uid", 0x89ED, ArchiveFaultCodes.Mode);
        Mode("set-gid", 0x85ED, ArchiveFaultCodes.Mode);
        Mode("sticky", 0x83ED, ArchiveFaultCodes.Mode);
        cases.Add("kind: folder by name", (With(new ZipDraftEntry("dist/", "") { Method = 0 }), ArchiveFaultCodes.Folder));
        cases.Add("kind: folder by DOS attribute", (With(Plain with { Attributes = 0x10 }), ArchiveFaultCodes.Folder));
        cases.Add("kind: volume label", (With(Plain with { Attributes = 0x08 }), ArchiveFaultCodes.Mode));
    }

    private static void AddStructure(Dictionary<string, (byte[] Bytes, string Code)> cases)
    {
        void Add(string what, ZipDraft draft, string code) => cases.Add("structure: " + what, (draft.Build(), code));
        cases.Add("structure: empty file", ([], ArchiveFaultCodes.End));
        cases.Add("structure: no ZIP", (Encoding.UTF8.GetBytes(new string('x', 4000)), ArchiveFaultCodes.End));
        cases.Add("structure: a gzip", ([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], ArchiveFaultCodes.End));
        cases.Add("structure: cut off", (new ZipDraft(Manifest, Plain).Build()[..^30], ArchiveFaultCodes.End));
        Add("no entries", new ZipDraft(), ArchiveFaultCodes.ManifestMissing);
        Add("manifest in a folder", new ZipDraft(new ZipDraftEntry("Notes/plugin.json", Packages.MinimalManifest)), ArchiveFaultCodes.ManifestMissing);
        Add("comment", new ZipDraft(Manifest) { Comment = "hello"u8.ToArray() }, ArchiveFaultCodes.Comment);
        Add("announced comment", new ZipDraft(Manifest) { CommentLength = 5 }, ArchiveFaultCodes.Comment);
        Add("archive in the comment", new ZipDraft(Manifest) { Comment = new ZipDraft(Manifest).Build() }, ArchiveFaultCodes.Gap);
        Add("trailing bytes", new ZipDraft(Manifest) { Trailing = [0] }, ArchiveFaultCodes.Trailing);
        Add("trailing megabyte", new ZipDraft(Manifest) { Trailing = new byte[60_000] }, ArchiveFaultCodes.Trailing);
        Add("leading bytes", new ZipDraft(Manifest) { Prefix = "#!/bin/sh\n"u8.ToArray() }, ArchiveFaultCodes.Leading);
        Add("only leading bytes", new ZipDraft() { Prefix = "#!/bin/sh\n"u8.ToArray() }, ArchiveFaultCodes.Leading);
        Add("gap", new ZipDraft(Manifest, Plain with { GapBefore = new byte[7] }), ArchiveFaultCodes.Gap);
        Add("hidden entry", new ZipDraft(Manifest, Plain with { GapBefore = HiddenEntry() }), ArchiveFaultCodes.Gap);
        Add("gap before the directory", new ZipDraft(Manifest) { BeforeDirectory = new byte[9] }, ArchiveFaultCodes.Gap);
        Add("gap after the directory", new ZipDraft(Manifest) { AfterDirectory = new byte[9] }, ArchiveFaultCodes.Gap);
        Add("bytes in the directory", new ZipDraft(Manifest) { InDirectory = new byte[9] }, ArchiveFaultCodes.Directory);
        Add("entry missing from the directory", new ZipDraft(Manifest, Plain) { Count = 3 }, ArchiveFaultCodes.Directory);
        Add("entry not counted", new ZipDraft(Manifest, Plain) { Count = 1 }, ArchiveFaultCodes.Directory);
        Add("counts differ", new ZipDraft(Manifest) { CountOnDisk = 2 }, ArchiveFaultCodes.Directory);
        Add("directory beyond the end", new ZipDraft(Manifest) { DirectorySize = 5000 }, ArchiveFaultCodes.Directory);
        Add("directory too large", new ZipDraft(Manifest) { InDirectory = new byte[200_000] }, ArchiveFaultCodes.Directory);
        Add("two entries on the same bytes", new ZipDraft(Manifest, Plain with { Offset = 0 }), ArchiveFaultCodes.Overlap);
        Add("entry inside another", new ZipDraft(Manifest, Plain with { Offset = 20 }), ArchiveFaultCodes.Overlap);
        Add("entry in the directory", new ZipDraft(Manifest, Plain with { PackedSize = 200 }), ArchiveFaultCodes.Overlap);
        Add("other disk", new ZipDraft(Manifest) { Disk = 1 }, ArchiveFaultCodes.MultiDisk);
        Add("entry on other disk", new ZipDraft(Manifest, Plain with { Disk = 1 }), ArchiveFaultCodes.MultiDisk);
        Add("ZIP64 count", new ZipDraft(Manifest) { Count = 0xFFFF }, ArchiveFaultCodes.Zip64);
        Add("ZIP64 offset", new ZipDraft(Manifest) { DirectoryOffset = uint.MaxValue }, ArchiveFaultCodes.Zip64);
        Add("ZIP64 locator", new ZipDraft(Manifest) { AfterDirectory = [0x50, 0x4B, 0x06, 0x07, .. new byte[16]] }, ArchiveFaultCodes.Zip64);
        Add("ZIP64 entry", new ZipDraft(Manifest, Plain with { Size = uint.MaxValue }), ArchiveFaultCodes.Zip64);
    }

    private static void AddHeaders(Dictionary<string, (byte[] Bytes, string Code)> cases)
    {
        void Add(string what, ZipDraftEntry entry, string code) => cases.Add("header: " + what, (With(entry), code));
        void Local(string what, Func<ZipDraftEntry, ZipDraftEntry> local) => Add("local " + what, Plain with { Local = local }, ArchiveFaultCodes.LocalHeader);
        Local("name", entry => entry with { Name = "lib/a.dll" });
        Local("method", entry => entry with { Method = 0, Payload = entry.Bytes });
        Local("flags", entry => entry with { Flags = 0 });
        Local("CRC", entry => entry with { Crc = 1 });
        Local("size", entry => entry with { Size = 1 });
        Local("packed size", entry => entry with { PackedSize = 1 });
        Local("version", entry => entry with { VersionNeeded = 63 });
        Local("encryption", entry => entry with { Flags = 0x0801 });
        cases.Add("header: local signature", (Corrupt(new ZipDraft(Manifest, Plain).Build(), 0), ArchiveFaultCodes.LocalHeader));
        // The directory leaves no room for it, so the entry seems to reach into its neighbour.
        Add("local extra field", Plain with { Local = entry => entry with { Extra = new byte[4], Payload = entry.Bytes[4..] } }, ArchiveFaultCodes.LocalHeader);
        Add("encrypted", Plain with { Flags = 0x0801 }, ArchiveFaultCodes.Encrypted);
        Add("strongly encrypted", Plain with { Flags = 0x0840 }, ArchiveFaultCodes.Encrypted);
        Add("masked headers", Plain with { Flags = 0x2800 }, ArchiveFaultCodes.Encrypted);
        Add("data descriptor", Plain with { Flags = 0x0808 }, ArchiveFaultCodes.DataDescriptor);
        Add("patched data", Plain with { Flags = 0x0820 }, ArchiveFaultCodes.Flags);
        Add("reserved flag", Plain with { Flags = 0x8800 }, ArchiveFaultCodes.Flags);
        Add("method bzip2", Plain with { Method = 12 }, ArchiveFaultCodes.Method);
        Add("method deflate64", Plain with { Method = 9 }, ArchiveFaultCodes.Method);
        Add("version", Plain with { VersionNeeded = 45 }, ArchiveFaultCodes.Version);
        Add("extra field", Plain with { Extra = [0x75, 0x70, 0, 0] }, ArchiveFaultCodes.Extra);
        Add("comment", Plain with { Comment = "x"u8.ToArray() }, ArchiveFaultCodes.EntryComment);
    }

    private static void AddContent(Dictionary<string, (byte[] Bytes, string Code)> cases)
    {
        void Add(string what, ZipDraftEntry entry, string code) => cases.Add("content: " + what, (With(entry), code));
        Add("wrong CRC", Plain with { Crc = 1 }, ArchiveFaultCodes.Crc);
        Add("wrong CRC of a stored entry", Plain with { Method = 0, Crc = 1 }, ArchiveFaultCodes.Crc);
        Add("more bytes than declared", Plain with { Size = 3 }, ArchiveFaultCodes.EntrySize);
        Add("fewer bytes than declared", Plain with { Size = 5000 }, ArchiveFaultCodes.EntrySize);
        Add("stored sizes differ", Plain with { Method = 0, Size = 3 }, ArchiveFaultCodes.EntrySize);
        Add("bytes behind the data", Plain with { Payload = [.. Plain.Bytes, 0] }, ArchiveFaultCodes.Data);
        Add("a file behind the data", Plain with { Payload = [.. Plain.Bytes, .. new byte[9000]] }, ArchiveFaultCodes.Data);
        Add("cut data", Plain with { Payload = Plain.Bytes[..^3] }, ArchiveFaultCodes.Data);
        Add("no data", Plain with { Payload = [] }, ArchiveFaultCodes.Data);
        Add("data without end", new ZipDraftEntry("a", "A") { Payload = [0, 1, 0, 254, 255, 65] }, ArchiveFaultCodes.Data);
        Add("broken data", Plain with { Payload = [.. Enumerable.Repeat((byte)0xFF, 40)] }, ArchiveFaultCodes.Data);
    }

    private static void AddLimits(Dictionary<string, (byte[] Bytes, string Code)> cases)
    {
        var random = new Random(7);
        var noise = new byte[300 * 1024];
        random.NextBytes(noise);
        void Add(string what, byte[] bytes, string code) => cases.Add("limit: " + what, (bytes, code));
        Add("package", With(new ZipDraftEntry("dist/a.bin", noise) { Method = 0 }), ArchiveFaultCodes.Size);
        Add("entries", With([.. Enumerable.Range(0, 60).Select(i => new ZipDraftEntry($"dist/{i}.js", "x"))]), ArchiveFaultCodes.EntryCount);
        Add("manifest", new ZipDraft(Manifest with { Content = [.. Manifest.Content, .. Enumerable.Repeat((byte)' ', 4096)] }).Build(), ArchiveFaultCodes.ManifestSize);
        // One entry of zeros far above 1 MB, kept under 100 to 1 in total by incompressible bytes beside it.
        Add("ratio of an entry", With(new("a", noise[..60_000]), new ZipDraftEntry("b", new byte[4 * 1024 * 1024])), ArchiveFaultCodes.EntryRatio);
        Add("total ratio", With([.. Enumerable.Range(0, 5).Select(i => new ZipDraftEntry($"{i}", new byte[900_000]))]), ArchiveFaultCodes.Ratio);
        Add("unpacked size", With([new("n", noise[..100_000]), .. Enumerable.Range(0, 9).Select(i => new ZipDraftEntry($"{i}", new byte[1_000_000]))]), ArchiveFaultCodes.UnpackedSize);
    }

    private static byte[] With(params ZipDraftEntry[] entries) => new ZipDraft([Manifest, .. entries]).Build();

    private static byte[] Corrupt(byte[] bytes, int at)
    {
        bytes[at] ^= 0x20;
        return bytes;
    }

    // A whole local entry that the directory does not list: a reader that scans for signatures finds it.
    private static byte[] HiddenEntry()
    {
        var archive = new ZipDraft(new ZipDraftEntry("lib/net10.0/evil.dll", "MZ")).Build();
        var directory = archive.AsSpan().IndexOf("PK\u0001\u0002"u8);
        return archive[..directory];
    }
}
