using System.Security.Cryptography;
using System.Text;
using Berth.Packaging.Archive;

namespace Berth.Packaging.Tests.Archive;

public sealed class CanonicalFileListTests
{
    private const string Manifest = """{"name":"Notes","version":"1.0.0-b+c","security":{"capabilities":["network:websocket","api:user-data"]}}""";

    [Fact]
    public async Task The_list_is_canonical_JSON()
    {
        var package = await Packages.AcceptAsync(Packages.Pack(Packages.Manifest(Manifest), Packages.File("é\"<>.txt", "x"), Packages.File("dist/a.js", "a")));
        string Sha(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

        var list = Encoding.UTF8.GetString(CanonicalFileList.Create(package));

        list.ShouldBe(
            "{\"capabilities\":[\"api:user-data\",\"network:websocket\"],\"files\":["
            + $"{{\"path\":\"dist/a.js\",\"sha256\":\"{Sha("a")}\",\"size\":1}},"
            + $"{{\"path\":\"plugin.json\",\"sha256\":\"{Sha(Manifest)}\",\"size\":{Manifest.Length}}},"
            + $"{{\"path\":\"é\\\"<>.txt\",\"sha256\":\"{Sha("x")}\",\"size\":1}}],"
            + "\"formatVersion\":1,\"slug\":\"Notes\",\"version\":\"1.0.0-b+c\"}");
    }

    [Fact]
    public async Task A_package_with_the_right_checksum_is_accepted_and_one_with_another_is_not()
    {
        string With(string checksum) => $$$"""{"name":"Notes","version":"1.0.0","security":{"checksum":"{{{checksum}}}"}}""";
        var file = Packages.File("dist/a.js", "a");
        var plain = await Packages.AcceptAsync(Packages.Pack(Packages.Manifest(), file));
        var right = CanonicalFileList.Checksum(plain);

        await Packages.AcceptAsync(Packages.Pack(Packages.Manifest(With(right)), file));
        await Packages.AcceptAsync(Packages.Pack(Packages.Manifest(With(right.ToUpperInvariant())), file));
        var outcome = await Packages.ReadAsync(Packages.Pack(Packages.Manifest(With(right)), Packages.File("dist/a.js", "b")));

        var fault = outcome.Faults.ShouldHaveSingleItem();
        (fault.Code, fault.Entry, fault.Pointer).ShouldBe((ArchiveFaultCodes.Checksum, "plugin.json", "/security/checksum"));
    }
}
