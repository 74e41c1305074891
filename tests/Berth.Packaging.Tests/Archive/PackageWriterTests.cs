using System.IO.Compression;
using System.Text;
using Berth.Packaging.Archive;

namespace Berth.Packaging.Tests.Archive;

public sealed class PackageWriterTests
{
    private static readonly PackageInput[] Files =
    [
        Packages.File("\U0001F600.txt", "after the private use area in UTF-8, before it in UTF-16"),
        Packages.File("\uE000.txt", "b"),
        Packages.File("a-b.txt", ""),
        Packages.File("a/b.txt", new string('x', 2000)),
        Packages.File("B.txt", "stored"),
        Packages.Manifest(),
    ];

    [Fact]
    public void The_manifest_comes_first_and_the_rest_in_the_order_of_UTF8_bytes() =>
        NamesOf(Packages.Pack(Files)).ShouldBe(["plugin.json", "B.txt", "a-b.txt", "a/b.txt", "\uE000.txt", "\U0001F600.txt"]);

    [Fact]
    public void Every_field_is_canonical()
    {
        using var zip = new ZipArchive(new MemoryStream(Packages.Pack(Files)));

        zip.Comment.ShouldBeEmpty();
        zip.Entries.ShouldAllBe(entry => entry.ExternalAttributes == unchecked((int)(0x81A4u << 16))
            && entry.LastWriteTime.DateTime == new DateTime(1980, 1, 1) && entry.Comment.Length == 0 && !entry.IsEncrypted);
        zip.GetEntry("B.txt")!.CompressedLength.ShouldBe(6);
        zip.GetEntry("a/b.txt")!.CompressedLength.ShouldBeLessThan(100);
        zip.GetEntry("a-b.txt")!.CompressedLength.ShouldBe(0);
    }

    [Fact]
    public void The_same_files_in_another_order_give_the_same_bytes() =>
        Packages.Pack([.. Files.Reverse()]).ShouldBe(Packages.Pack(Files));

    [Theory]
    [InlineData("../evil.txt", "archive.path.traversal")]
    [InlineData("a\\b", "archive.path.backslash")]
    [InlineData("aux.js", "archive.path.device")]
    [InlineData("", "archive.path.empty")]
    public void A_path_that_the_reader_would_refuse_is_not_packed(string path, string code) =>
        Should.Throw<ArgumentException>(() => Packages.Pack(Packages.File(path, "x"))).Message.ShouldContain(code);

    [Theory]
    [InlineData("a.txt", "a.txt")]
    [InlineData("a.txt", "A.TXT")]
    [InlineData("a", "a/b")]
    [InlineData("A", "a/b")]
    public void Two_paths_that_are_one_somewhere_are_not_packed(string first, string second) =>
        Should.Throw<ArgumentException>(() => Packages.Pack(Packages.File(first, "x"), Packages.File(second, "y")));

    [Fact]
    public async Task A_folder_is_packed_without_packages_signatures_repository_and_modules()
    {
        using var folder = new TemporaryFolder();
        folder.Write("plugin.json", Packages.MinimalManifest);
        folder.Write("dist/a.js", "a");
        folder.Write(".git/config", "no");
        folder.Write("web/node_modules/x/index.js", "no");
        folder.Write("Notes-1.0.0.berth", "no");
        folder.Write("Notes-1.0.0.berth.sig", "no");
        using var output = new MemoryStream();

        PackageWriter.WriteDirectory(output, folder.Path);

        (await Packages.AcceptAsync(output.ToArray())).Files.Select(file => file.Path).ShouldBe(["dist/a.js", "plugin.json"]);
        output.ToArray().ShouldBe(Packages.Pack(Packages.Manifest(), Packages.File("dist/a.js", "a")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_link_in_a_folder_is_an_error_and_not_followed(bool toFolder)
    {
        using var outside = new TemporaryFolder();
        using var folder = new TemporaryFolder();
        folder.Write("plugin.json", Packages.MinimalManifest);
        if (toFolder)
        {
            Directory.CreateSymbolicLink(folder["dist"], outside.Path);
        }
        else
        {
            File.CreateSymbolicLink(folder["secret.txt"], outside.Write("secret.txt", "secret"));
        }

        Should.Throw<IOException>(() => PackageWriter.WriteDirectory(Stream.Null, folder.Path)).Message.ShouldContain("link");
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_error() =>
        Should.Throw<DirectoryNotFoundException>(() => PackageWriter.WriteDirectory(Stream.Null, "/nowhere/at/all"));

    private static List<string> NamesOf(byte[] package)
    {
        using var zip = new ZipArchive(new MemoryStream(package), ZipArchiveMode.Read, leaveOpen: false, Encoding.UTF8);
        return [.. zip.Entries.Select(entry => entry.FullName)];
    }
}
