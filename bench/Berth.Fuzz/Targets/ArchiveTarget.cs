using Berth.Packaging.Archive;

namespace Berth.Fuzz.Targets;

/// <summary>The package's ZIP.</summary>
internal sealed class ArchiveTarget : FuzzTarget
{
    private static readonly PackageLimits Limits = new() { MaxPackageBytes = 256 * 1024, MaxUnpackedBytes = 1024 * 1024, MaxEntries = 100, MaxManifestBytes = 16 * 1024 };

    public override string Name => "archive";

    public override int MaxLength => 8 * 1024;

    public override IEnumerable<string> Words => ["PK\u0001\u0002", "PK\u0003\u0004", "PK\u0005\u0006", "../", "..\\", "plugin.json", "dist/", "CON", "a:b", "/etc/passwd"];

    public override IEnumerable<byte[]> Seeds()
    {
        var manifest = new PackageInput("plugin.json", Utf8("""{"name":"Notes","version":"1.0.0","displayName":"Notes","description":"d"}"""));
        yield return Pack([manifest]);
        yield return Pack([manifest, new("README.md", Utf8("# Notes")), new("dist/a.js", Utf8(new string('a', 500)))]);
        yield return Pack([manifest, .. Enumerable.Range(0, 6).Select(i => new PackageInput($"dist/deep/{i}/file.txt", Utf8($"text {i}")))]);
    }

    public override void Run(byte[] input)
    {
        using var stream = new MemoryStream(input);
        var outcome = PackageReader.ReadAsync(stream, Limits).GetAwaiter().GetResult();
        Promise(outcome.IsAccepted || outcome.Faults.Count > 0, "a package that is refused has a reason");
        if (!outcome.IsAccepted)
            return;
        foreach (var file in outcome.Package.Files)
        {
            stream.Position = 0;
            var bytes = PackageReader.ReadFileAsync(stream, file.Path, Limits).GetAwaiter().GetResult();
            Promise(bytes is not null && bytes.Length == file.Size && Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)) == file.Sha256,
                "a file is read as the list says");
            Promise(!file.Path.Split('/').Contains("..") && !file.Path.Contains('\\', StringComparison.Ordinal) && !file.Path.StartsWith('/'), "no path leaves the package");
        }
    }

    private static byte[] Pack(IReadOnlyList<PackageInput> files)
    {
        using var output = new MemoryStream();
        PackageWriter.Write(output, files);
        return output.ToArray();
    }
}
