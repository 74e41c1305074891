using System.Text;
using Berth.Packaging.Archive;

namespace Berth.Packaging.Tests.Archive;

public sealed class PackageExtractionTests
{
    private static readonly string Script = string.Concat(Enumerable.Range(0, 20_000));

    private static readonly byte[] Bytes = Packages.Pack(
        Packages.Manifest(), Packages.File("dist/deep/er/a.js", Script), Packages.File("empty", ""), Packages.File("assets/é.txt", "é"));

    [Fact]
    public async Task An_accepted_package_is_written_file_by_file_and_read_only()
    {
        using var folder = new TemporaryFolder();
        var package = await Packages.AcceptAsync(Bytes);

        await PackageReader.ExtractAsync(new MemoryStream(Bytes), package, folder["v1"], PackageLimits.Default);

        folder.Files().ShouldBe(["v1/assets/é.txt", "v1/dist/deep/er/a.js", "v1/empty", "v1/plugin.json"]);
        File.ReadAllText(folder["v1/dist/deep/er/a.js"]).ShouldBe(Script);
        File.ReadAllText(folder["v1/plugin.json"]).ShouldBe(Packages.MinimalManifest);
        new FileInfo(folder["v1/empty"]).Length.ShouldBe(0);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(folder["v1/plugin.json"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }
    }

    [Fact]
    public async Task R08_A_folder_that_is_not_empty_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        folder.Write("v1/plugin.json", "mine");
        var package = await Packages.AcceptAsync(Bytes);

        await Should.ThrowAsync<IOException>(() => PackageReader.ExtractAsync(new MemoryStream(Bytes), package, folder["v1"], PackageLimits.Default));

        File.ReadAllText(folder["v1/plugin.json"]).ShouldBe("mine");
        folder.Files().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task R07_Other_bytes_than_the_accepted_ones_are_refused()
    {
        using var folder = new TemporaryFolder();
        var package = await Packages.AcceptAsync(Bytes);
        var other = Packages.Pack(Packages.Manifest(), Packages.File("dist/deep/er/a.js", Script.Replace('1', '2')), Packages.File("empty", ""), Packages.File("assets/é.txt", "é"));

        var error = await Should.ThrowAsync<InvalidDataException>(
            () => PackageReader.ExtractAsync(new MemoryStream(other), package, folder["v1"], PackageLimits.Default));

        error.Message.ShouldContain("dist/deep/er/a.js");
        error.Message.ShouldContain("Notes 1.0.0");
    }

    [Theory]
    [InlineData("one file less")]
    [InlineData("one file more")]
    public async Task Another_set_of_files_is_refused(string what)
    {
        using var folder = new TemporaryFolder();
        var package = await Packages.AcceptAsync(Bytes);
        var other = string.Equals(what, "one file less", StringComparison.Ordinal)
            ? Packages.Pack(Packages.Manifest())
            : Packages.Pack(
                Packages.Manifest(), Packages.File("a.txt", "x"), Packages.File("dist/deep/er/a.js", Script), Packages.File("empty", ""), Packages.File("assets/é.txt", "é"));

        await Should.ThrowAsync<InvalidDataException>(() => PackageReader.ExtractAsync(new MemoryStream(other), package, folder["v1"], PackageLimits.Default));

        File.Exists(folder["v1/a.txt"]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_large_package_is_read_and_extracted_from_a_file()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(3);
        var noise = new byte[3 * 1024 * 1024];
        random.NextBytes(noise);
        File.WriteAllBytes(folder["p.berth"], Packages.Pack(Packages.Manifest(), new PackageInput("assets/noise.bin", noise)));
        await using var file = File.OpenRead(folder["p.berth"]);

        var outcome = await PackageReader.ReadAsync(file, PackageLimits.Default);
        await PackageReader.ExtractAsync(file, outcome.Package.ShouldNotBeNull(), folder["v1"], PackageLimits.Default);

        File.ReadAllBytes(folder["v1/assets/noise.bin"]).ShouldBe(noise);
        (await PackageReader.ReadFileAsync(file, "assets/noise.bin", PackageLimits.Default)).ShouldBe(noise);
    }

    [Fact]
    public async Task Extraction_stops_when_it_is_cancelled()
    {
        using var folder = new TemporaryFolder();
        var package = await Packages.AcceptAsync(Bytes);

        await Should.ThrowAsync<OperationCanceledException>(
            () => PackageReader.ExtractAsync(new MemoryStream(Bytes), package, folder["v1"], PackageLimits.Default, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task One_file_is_read_by_its_exact_path()
    {
        using var stream = new MemoryStream(Bytes);

        (await PackageReader.ReadFileAsync(stream, "assets/é.txt", PackageLimits.Default)).ShouldBe(Encoding.UTF8.GetBytes("é"));
        (await PackageReader.ReadFileAsync(stream, "Empty", PackageLimits.Default)).ShouldBeNull();
        (await PackageReader.ReadFileAsync(stream, "../assets/é.txt", PackageLimits.Default)).ShouldBeNull();
    }
}
