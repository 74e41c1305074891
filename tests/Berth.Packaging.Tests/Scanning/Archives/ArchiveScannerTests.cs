using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Berth.Packaging.Archive;
using Berth.Packaging.Scanning;

namespace Berth.Packaging.Tests.Scanning.Archives;

public sealed class ArchiveScannerTests
{
    private static readonly byte[] Bad = Encoding.UTF8.GetBytes("eval(x)");

    [Fact]
    public async Task Files_in_archives_in_archives_are_looked_at()
    {
        var nested = Zip(("inner.zip", Zip(("a/inner.js", Bad))));

        var findings = (await Scans.RunAsync(new PackageInput("assets/outer.zip", nested))).Findings.ToList();

        findings.ShouldContain(finding => finding.Code == "scan.scripts.eval" && finding.File == "assets/outer.zip!inner.zip!a/inner.js");
        findings.ShouldContain(finding => finding.Code == "scan.archives.nested" && finding.Severity == Severity.Info);
    }

    [Fact]
    public async Task Tar_and_gzip_are_opened()
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "x.js") { DataStream = new MemoryStream(Bad) });
        using var gzip = new MemoryStream();
        using (var packed = new GZipStream(gzip, CompressionLevel.Fastest, leaveOpen: true))
            packed.Write(tar.ToArray());

        (await Scans.RunAsync(new PackageInput("assets/x.tar.gz", gzip.ToArray()))).Findings.ShouldContain(finding => finding.Code == "scan.scripts.eval" && finding.File == "assets/x.tar.gz!x.tar!x.js");
    }

    [Fact]
    public async Task An_archive_too_deep_is_a_finding()
    {
        var archive = Zip(("x.js", Bad));
        for (var i = 0; i < 6; i++)
            archive = Zip(("x.zip", archive));

        (await Scans.RunAsync(new PackageInput("assets/x.zip", archive))).Findings.ShouldContain(finding => finding.Code == "scan.archives.too_deep");
    }

    [Fact]
    public async Task A_bomb_is_a_finding_and_is_not_unpacked_to_its_end()
    {
        var rules = ScanRules.BuiltIn with { Limits = ScanLimits.Default with { MaxNestedBytes = 1_000_000 } };

        (await Scans.RunAsync(rules, [], new PackageInput("assets/x.zip", Zip(("zeros.bin", new byte[20_000_000]))))).Findings.ShouldContain(finding => finding.Code == "scan.archives.too_large");
    }

    [Fact]
    public async Task An_encrypted_file_is_a_finding()
    {
        var archive = Zip(("secret.js", Bad));
        // Bit 0 of the flags, in the local header and in the directory.
        archive[6] |= 1;
        archive[archive.AsSpan().IndexOf("PK\x01\x02"u8) + 8] |= 1;

        (await Scans.RunAsync(new PackageInput("assets/x.zip", archive))).Findings.ShouldContain(finding => finding.Code == "scan.archives.encrypted" && finding.File == "assets/x.zip!secret.js");
    }

    [Theory]
    [InlineData(new byte[] { 0x50, 0x4B, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8, 9 }, "scan.archives.unreadable")]
    [InlineData(new byte[] { 0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, 0, 4, 0, 0, 0 }, "scan.archives.unknown_format")]
    [InlineData(new byte[] { 0x52, 0x61, 0x72, 0x21, 0x1A, 7, 0, 4, 0, 0, 0 }, "scan.archives.unknown_format")]
    public async Task What_cannot_be_opened_is_a_finding(byte[] bytes, string code) =>
        (await Scans.RunAsync(new PackageInput("assets/x.bin", bytes))).Findings.ShouldContain(finding => finding.Code == code);

    [Fact]
    public async Task A_picture_that_is_an_archive_as_well_is_found()
    {
        byte[] picture = [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'9', (byte)'a', 0, 0, 1, 2, .. Zip(("x.js", Bad))];

        var findings = (await Scans.RunAsync(new PackageInput("assets/x.gif", picture))).Findings.ToList();

        findings.ShouldContain(finding => finding.Code == "scan.archives.appended");
        findings.ShouldContain(finding => finding.Code == "scan.scripts.eval");
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var output = new MemoryStream();
        using (var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return output.ToArray();
    }
}
