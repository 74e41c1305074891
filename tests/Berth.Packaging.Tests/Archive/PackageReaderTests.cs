using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Berth.Packaging.Archive;

namespace Berth.Packaging.Tests.Archive;

public sealed class PackageReaderTests
{
    [Fact]
    public async Task A_packed_plugin_is_read_back_with_the_digests_of_its_files()
    {
        var bytes = Packages.Pack(Packages.File("dist/remoteEntry.js", "export {}"), Packages.Manifest(), Packages.File("README.md", "# Notes"));

        var package = await Packages.AcceptAsync(bytes);

        package.Manifest.Name.ShouldBe("Notes");
        package.Manifest.Version.ToString().ShouldBe("1.0.0");
        package.Size.ShouldBe(bytes.Length);
        package.Digest.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Encoding.UTF8.GetString(package.ManifestJson.Span).ShouldBe(Packages.MinimalManifest);
        package.Files.Select(file => file.Path).ShouldBe(["README.md", "dist/remoteEntry.js", "plugin.json"]);
        package.Files[0].Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData("# Notes"u8)));
        package.Files.Sum(file => file.Size).ShouldBe(package.UnpackedSize);
    }

    [Fact]
    public async Task A_package_without_a_manifest_is_refused()
    {
        var outcome = await Packages.ReadAsync(Packages.Pack(Packages.File("README.md", "x")));

        outcome.IsAccepted.ShouldBeFalse();
        outcome.Faults.ShouldHaveSingleItem().Code.ShouldBe(ArchiveFaultCodes.ManifestMissing);
    }

    [Fact]
    public async Task An_ordinary_zip_without_folders_is_accepted_in_any_order()
    {
        using var output = new MemoryStream();
        using (var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in new[] { ("dist/a.js", "a"), ("plugin.json", Packages.MinimalManifest), ("assets/é.txt", new string('x', 5000)) })
            {
                using var entry = zip.CreateEntry(path).Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        (await Packages.AcceptAsync(output.ToArray())).Files.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Every_file_that_the_manifest_names_must_be_in_the_package()
    {
        const string Manifest = """
            {"name":"Notes","version":"1.0.0","frontend":{"entry":"dist/a.js"},
             "module":{"assembly":"lib/net10.0/Notes.dll","contracts":["lib/net10.0/C.dll","lib/net10.0/D.dll"]}}
            """;

        var outcome = await Packages.ReadAsync(Packages.Pack(Packages.Manifest(Manifest), Packages.File("dist/A.js", "x"), Packages.File("lib/net10.0/C.dll", "MZ")));

        outcome.Faults.Select(fault => (fault.Code, fault.Entry, fault.Pointer)).ShouldBe(
            [
                (ArchiveFaultCodes.FileMissing, "plugin.json", "/frontend/entry"),
                (ArchiveFaultCodes.FileMissing, "plugin.json", "/module/assembly"),
                (ArchiveFaultCodes.FileMissing, "plugin.json", "/module/contracts/1"),
            ]);
    }

    [Fact]
    public async Task All_faults_of_the_manifest_are_reported_with_their_pointers()
    {
        var outcome = await Packages.ReadAsync(Packages.Pack(Packages.Manifest("""{"name":"a","version":"1","colour":1}""")));

        outcome.Faults.Select(fault => (fault.Code, fault.Entry, fault.Pointer)).ShouldBe(
            [
                ("manifest.name.invalid", "plugin.json", "/name"),
                ("manifest.version.invalid", "plugin.json", "/version"),
                ("manifest.member.unknown", "plugin.json", "/colour"),
            ]);
    }

    [Fact]
    public async Task The_stream_is_read_from_its_start_and_left_open()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["p.berth"], Packages.Pack(Packages.Manifest()));
        await using var file = File.OpenRead(folder["p.berth"]);
        file.Position = file.Length;

        (await PackageReader.ReadAsync(file, PackageLimits.Default)).IsAccepted.ShouldBeTrue();
        (await PackageReader.ReadAsync(file, PackageLimits.Default)).IsAccepted.ShouldBeTrue();

        file.CanRead.ShouldBeTrue();
    }

    [Fact]
    public async Task A_stream_that_cannot_seek_is_the_callers_mistake()
    {
        await using var pipe = new System.IO.Pipes.AnonymousPipeServerStream();

        await Should.ThrowAsync<ArgumentException>(() => PackageReader.ReadAsync(pipe, PackageLimits.Default));
    }

    [Fact]
    public async Task R71_What_another_reader_accepts_as_two_things_is_refused()
    {
        // The framework's own reader takes the directory's word for the name; a streaming one takes the local header's.
        var bytes = new ZipDraft(
            HostileArchives.Manifest,
            new ZipDraftEntry("dist/a.js", "x") { Local = entry => entry with { Name = "lib/a.js", RawName = null } }).Build();
        using (var zip = new ZipArchive(new MemoryStream(bytes)))
        {
            zip.Entries.Select(entry => entry.FullName).ShouldContain("dist/a.js");
        }

        (await Packages.ReadAsync(bytes)).IsAccepted.ShouldBeFalse();
    }

    [Fact]
    public async Task R59_Packages_that_are_read_at_once_do_not_share_bytes()
    {
        var packages = Enumerable.Range(0, 64)
            .Select(i => Packages.Pack(Packages.Manifest(), Packages.File("dist/a.js", string.Concat(Enumerable.Range(i, 3000)))))
            .ToList();

        var outcomes = await Task.WhenAll(packages.Select(bytes => Task.Run(() => Packages.ReadAsync(bytes))));

        outcomes.Select(outcome => outcome.Package!.Digest).ShouldBe(packages.Select(bytes => Convert.ToHexStringLower(SHA256.HashData(bytes))));
    }
}
