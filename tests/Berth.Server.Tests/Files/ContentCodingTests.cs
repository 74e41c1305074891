using Berth.Lifecycle.Store;
using Berth.Server.Files;

namespace Berth.Server.Tests.Files;

/// <summary>Which form of a file is sent for which wish.</summary>
public sealed class ContentCodingTests
{
    private const string Chromium = "gzip, deflate, br, zstd";

    [Theory]
    [InlineData(Chromium, 20, 30, "br")]
    [InlineData(Chromium, 30, 20, "zstd")]
    [InlineData(Chromium, 20, 20, "br")]
    [InlineData(Chromium, null, 20, "zstd")]
    [InlineData(Chromium, 20, null, "br")]
    [InlineData(Chromium, null, null, "gzip")]
    [InlineData("gzip, deflate, br", 30, 20, "br")]
    [InlineData("zstd, br", 30, 20, "zstd")]
    [InlineData("zstd, br", 20, 30, "br")]
    [InlineData("br;q=0.5, zstd;q=0.6", 10, 30, "zstd")]
    [InlineData("br;q=0.6, zstd;q=0.5", 30, 10, "br")]
    [InlineData("zstd;q=0, br;q=0, gzip", 10, 10, "gzip")]
    [InlineData("zstd;q=0, *", 30, 10, "br")]
    [InlineData("*", 30, 10, "zstd")]
    [InlineData("ZSTD", 30, 10, "zstd")]
    [InlineData("zstd", 30, null, null)]
    [InlineData("identity, zstd", 30, 10, "zstd")]
    [InlineData("identity, zstd;q=0.9", 30, 10, null)]
    [InlineData("deflate", 30, 10, null)]
    [InlineData("zstd;q=nonsense", 30, 10, null)]
    [InlineData("", 30, 10, null)]
    public void The_wish_decides_and_at_the_same_wish_the_smaller_one(string accepted, int? brotli, int? zstd, string? expected)
    {
        var file = new ServedFile("dist/a.js", "text/javascript", Form(100)!, Form(brotli), Form(40)) { Zstd = Form(zstd) };

        var (form, coding) = ContentCoding.Choose(file, accepted);

        coding.ShouldBe(expected);
        form.ShouldBeSameAs(coding switch { "br" => file.Brotli, "zstd" => file.Zstd, "gzip" => file.Gzip, _ => file.Identity });
    }

    private static FileRepresentation? Form(int? size) => size is { } bytes ? new FileRepresentation("/nowhere", bytes, $"\"{bytes}\"") : null;
}
