using System.Text;
using Berth.Lifecycle.Store.Codings;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Lifecycle.Tests.Store.Codings;

public sealed class CodingLibrariesTests
{
    private static readonly CodingLibraries Here = new(ZstdLibrary.Names, Lz4Library.Names);

    [Fact]
    public void A_library_that_is_not_there_is_named_and_done_without()
    {
        var none = new CodingLibraries(["libnothing.so.7"], ["libneither.so.1", "liblz4-of-nobody.so"]);

        (none.Zstd, none.Lz4).ShouldBe((null, null));
        none.Missing.ShouldBe(["libnothing.so.7", "libneither.so.1"]);
    }

    [Fact]
    public void A_library_without_the_functions_counts_as_not_there() =>
        new CodingLibraries(["libc.so.6"], null).Missing.ShouldBe(["libc.so.6"]);

    [Fact]
    public void What_is_not_wanted_is_not_looked_for()
    {
        var options = new LifecycleOptions { PluginsDirectory = "x", HostVersion = "0.1.0", StoreCodings = new HashSet<string>() };

        var none = new CodingLibraries(options);

        (none.Zstd, none.Lz4, none.Missing.Count).ShouldBe((null, null, 0));
    }

    [Fact]
    public void Every_content_comes_back_as_it_was() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll<byte[]>(content =>
    {
        var (zstd, lz4) = Libraries();
        zstd.Decompress(zstd.Compress(content, 9), content.Length).ShouldBe(content);
        if (content.Length > 0)
            lz4.Decompress(lz4.Compress(content), content.Length).ShouldBe(content);
    }));

    [Fact]
    public void Bytes_of_a_stranger_never_give_more_than_the_promised_size_and_never_end_the_process() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll<byte[], ushort>((junk, size) =>
        {
            var (zstd, lz4) = Libraries();
            (zstd.Decompress(junk, size)?.Length ?? size).ShouldBe(size);
            (lz4.Decompress(junk, size)?.Length ?? size).ShouldBe(size);
        }));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public void A_file_that_is_cut_off_or_of_another_size_gives_nothing(int less)
    {
        var (zstd, lz4) = Libraries();
        var content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 400).Select(line => $"line {line}\n")));
        var (coded, block) = (zstd.Compress(content, 19), lz4.Compress(content));

        zstd.Decompress(coded.AsSpan(0, coded.Length - 1 - less), content.Length).ShouldBeNull();
        lz4.Decompress(block.AsSpan(0, block.Length - 1 - less), content.Length).ShouldBeNull();
        zstd.Decompress(coded, content.Length + 1).ShouldBeNull();
        zstd.Decompress(coded, content.Length - 1).ShouldBeNull();
        lz4.Decompress(block, content.Length + 1).ShouldBeNull();
        lz4.Decompress(block, content.Length - 1).ShouldBeNull();
    }

    /// <summary>Both are part of every Debian; a machine without them cannot say anything about them.</summary>
    private static (ZstdLibrary Zstd, Lz4Library Lz4) Libraries() => (Here.Zstd.ShouldNotBeNull(), Here.Lz4.ShouldNotBeNull());
}
