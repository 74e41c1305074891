using System.Text;
using Berth.Packaging.Archive;

namespace Berth.Packaging.Tests.Archive;

public sealed class Crc32Tests
{
    [Theory]
    [InlineData("", 0u)]
    [InlineData("123456789", 0xCBF43926u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x414FA339u)]
    public void Known_texts_have_their_known_checksum(string text, uint expected) => Crc32.Compute(Encoding.ASCII.GetBytes(text)).ShouldBe(expected);

    [Fact]
    public void The_checksum_does_not_depend_on_how_the_bytes_are_cut()
    {
        var bytes = new byte[1000];
        new Random(1).NextBytes(bytes);
        for (var cut = 0; cut <= bytes.Length; cut += 13)
        {
            Crc32.Append(Crc32.Compute(bytes.AsSpan(0, cut)), bytes.AsSpan(cut)).ShouldBe(Crc32.Compute(bytes));
        }
    }
}
