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
}
