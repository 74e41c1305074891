using Berth.Packaging.Archive;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Packaging.Tests.Archive;

public sealed class PackagePropertyTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(150);

    private static readonly Gen<string> Segment =
        from length in Gen.Choose(1, 12)
        from chars in Gen.ArrayOf(Gen.Elements([.. "abcXYZ019-_é漢😀".EnumerateRunes()]), length)
        select string.Concat(chars);

    // Two kinds of bytes at least: one alone is filler, and refused for its ratio.
    private static readonly Gen<PackageInput> Input =
        from levels in Gen.Choose(1, 4)
        from segments in Gen.ArrayOf(Segment, levels)
        from size in Gen.Frequency((5, Gen.Choose(0, 300)), (1, Gen.Choose(60_000, 140_000)))
        from kinds in Gen.Choose(2, 256)
        from seed in Gen.Choose(0, int.MaxValue)
        select new PackageInput(string.Join('/', segments), Noise(size, kinds, seed));

    private static readonly Arbitrary<PackageInput[]> FileSets =
        (from count in Gen.Choose(0, 20)
         from files in Gen.ArrayOf(Input, count)
         select WithoutClashes(files)).ToArbitrary();

    [Fact]
    public void What_is_packed_is_read_back_byte_for_byte() =>
        Check.One(Runs, Prop.ForAll(FileSets, files =>
        {
            var bytes = Packages.Pack(files);
            var package = Packages.AcceptAsync(bytes).GetAwaiter().GetResult();
            package.Files.Select(file => file.Path).ShouldBe(files.Select(file => file.Path), ignoreOrder: true);
            foreach (var file in files)
            {
                using var stream = new MemoryStream(bytes);
                PackageReader.ReadFileAsync(stream, file.Path, PackageLimits.Default).GetAwaiter().GetResult().ShouldBe(file.Content.ToArray());
            }
        }));

    [Fact]
    public void The_same_files_give_the_same_bytes_in_whatever_order_they_come() =>
        Check.One(Runs, Prop.ForAll(FileSets, files =>
        {
            var bytes = Packages.Pack(files);
            Packages.Pack(files).ShouldBe(bytes);
            Packages.Pack([.. files.OrderBy(file => file.Content.Length).ThenByDescending(file => file.Path, StringComparer.Ordinal)]).ShouldBe(bytes);
        }));

    [Fact]
    public void Paths_are_ordered_as_their_UTF8_bytes_are() =>
        Check.One(Runs, Prop.ForAll(Segment.Two().ToArbitrary(), pair =>
        {
            var (left, right) = pair;
            var bytes = System.Text.Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(right));
            Math.Sign(Utf8Order.Instance.Compare(left, right)).ShouldBe(Math.Sign(bytes));
        }));

    private static byte[] Noise(int size, int kinds, int seed)
    {
        var random = new Random(seed);
        var bytes = new byte[size];
        for (var i = 0; i < size; i++)
        {
            bytes[i] = (byte)random.Next(kinds);
        }

        return bytes;
    }

    private static PackageInput[] WithoutClashes(PackageInput[] files)
    {
        var kept = new List<PackageInput> { Packages.Manifest() };
        foreach (var file in files.Where(file => EntryNames.IsValid(file.Path)))
        {
            var path = file.Path.ToLowerInvariant();
            if (!kept.Exists(other => Clash(path, other.Path.ToLowerInvariant())))
            {
                kept.Add(file);
            }
        }

        return [.. kept];
    }

    private static bool Clash(string left, string right) =>
        string.Equals(left, right, StringComparison.Ordinal)
        || left.StartsWith(right + "/", StringComparison.Ordinal)
        || right.StartsWith(left + "/", StringComparison.Ordinal);
}
