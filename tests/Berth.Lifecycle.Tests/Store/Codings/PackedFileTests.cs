using System.Text;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Store.Codings;
using Berth.Lifecycle.Tests.World;
using Berth.Packaging.Archive;

namespace Berth.Lifecycle.Tests.Store.Codings;

/// <summary>Optimised files lie packed; their bytes come out whole, or not at all.</summary>
public sealed class PackedFileTests : IDisposable
{
    private static readonly CodingLibraries Here = new(ZstdLibrary.Names, Lz4Library.Names);
    private static readonly CodingLibraries Nowhere = new(["libnothing.so.7"], ["libneither.so.1"]);
    private static readonly byte[] Content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 500).Select(line => $"console.log({line * 7919});\n")));
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_is_packed_and_comes_back_as_it_was()
    {
        var entry = await LayOutAsync(Here, Content);

        entry.Lz4!.Value.ShouldBeLessThan(entry.Size * 7 / 8);
        Directory.GetFiles(_folder.Path, "*.opt").ShouldBeEmpty();
        (await Packed(entry, Here).ReadAsync(default)).ShouldBe(Content);
    }

    [Fact]
    public async Task Where_the_library_is_gone_the_same_bytes_come_from_another_form()
    {
        var entry = await LayOutAsync(Here, Content);

        (await Packed(entry, Nowhere).UnpackAsync(default)).ShouldBeNull();
        (await Packed(entry, Nowhere).ReadAsync(default)).ShouldBe(Content);
        File.Delete(entry.PathOf(_folder.Path, CodedNames.Gzip));
        (await Packed(entry, Nowhere).ReadAsync(default)).ShouldBe(Content);
    }

    [Theory]
    [InlineData("flipped")]
    [InlineData("cut off")]
    [InlineData("another file's")]
    [InlineData("gone")]
    public async Task A_packed_file_that_was_changed_is_never_served(string how)
    {
        var entry = await LayOutAsync(Here, Content);
        var path = CodedNames.PackedPath(_folder.Path, entry.Sha256);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[bytes.Length / 3] ^= 0x20;
        switch (how)
        {
            case "gone":
                File.Delete(path);
                break;
            case "cut off":
                await File.WriteAllBytesAsync(path, bytes[..^9]);
                break;
            case "another file's":
                await File.WriteAllBytesAsync(path, Here.Lz4!.Compress([.. Content.Reverse()]));
                break;
            default:
                await File.WriteAllBytesAsync(path, bytes);
                break;
        }

        (await Packed(entry, Here).UnpackAsync(default)).ShouldBeNull();
        (await Packed(entry, Here).ReadAsync(default)).ShouldBe(Content, "another form has them");
        File.WriteAllText(entry.PathOf(_folder.Path, CodedNames.Gzip), "no gzip");
        await File.WriteAllBytesAsync(entry.PathOf(_folder.Path, CodedNames.Brotli), bytes);
        await Should.ThrowAsync<IOException>(async () => await Packed(entry, Here).ReadAsync(default));
    }

    [Fact]
    public async Task Without_the_library_or_where_it_saves_little_the_file_lies_as_it_is()
    {
        var noise = new byte[9_000];
        new Random(1).NextBytes(noise);
        foreach (var (libraries, content, path) in new[] { (Nowhere, Content, "a.js"), (Here, noise, "b.js"), (Here, Content[..300], "c.js"), (Here, Content, "d.png") })
        {
            var entry = await LayOutAsync(libraries, content, path);

            entry.Lz4.ShouldBeNull(path);
            (await File.ReadAllBytesAsync(CodedNames.OptimisedPath(_folder.Path, entry.Sha256))).ShouldBe(content);
            foreach (var file in Directory.GetFiles(_folder.Path, entry.Sha256 + "*"))
                File.Delete(file);
        }
    }

    [Fact]
    public async Task What_is_too_large_for_memory_lies_as_it_is()
    {
        var entry = await LayOutAsync(Here, new byte[(512 * 1024) + 1]);

        entry.Gz.ShouldNotBeNull("it would be worth it");
        entry.Lz4.ShouldBeNull();
    }

    private PackedFile Packed(StoreIndexFile entry, CodingLibraries libraries) => StoredVersionLoader.Packed(entry, _folder.Path, libraries);

    private async Task<StoreIndexFile> LayOutAsync(CodingLibraries libraries, byte[] content, string path = "a.js")
    {
        var source = Path.Combine(_folder.Path, "dist", path);
        Directory.CreateDirectory(Path.GetDirectoryName(source)!);
        await File.WriteAllBytesAsync(source, content);
        var codings = new FileCodings(libraries);
        var file = new PackageFile("dist/" + path, content.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)));
        return await codings.LayOutAsync(await codings.CreateAsync(file, _folder.Path, _folder.Path, default), source, _folder.Path, default);
    }
}
