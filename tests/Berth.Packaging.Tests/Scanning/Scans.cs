using System.Text.Json;
using Berth.Packaging.Archive;
using Berth.Packaging.Scanning;

namespace Berth.Packaging.Tests.Scanning;

/// <summary>Scans of small packages.</summary>
internal static class Scans
{
    public static async Task<ScanReport> RunAsync(ScanRules? rules, string[] capabilities, params PackageInput[] files)
    {
        var manifest = JsonSerializer.Serialize(new { name = "Scanned", version = "1.0.0", security = new { capabilities } });
        // Enough noise for a package of filler to be accepted.
        var noise = new byte[files.Sum(file => file.Content.Length) / 60];
        new Random(1).NextBytes(noise);
        var bytes = Packages.Pack([Packages.Manifest(manifest), .. files, .. noise.Length > 100 ? [new PackageInput("zz.noise", noise)] : (PackageInput[])[]]);
        var package = await Packages.AcceptAsync(bytes);
        return await PackageScan.RunAsync(new MemoryStream(bytes), package, rules ?? ScanRules.BuiltIn);
    }

    public static Task<ScanReport> RunAsync(params PackageInput[] files) => RunAsync(null, [], files);

    /// <summary>Findings of one file of a package that declares nothing.</summary>
    public static async Task<IReadOnlyList<Finding>> OfFileAsync(string path, string content) => [.. (await RunAsync(Packages.File(path, content))).Findings];

    public static async Task<IReadOnlyList<Finding>> OfScriptAsync(string code, string path = "dist/index.js") => await OfFileAsync(path, code);

    public static async Task<IReadOnlyList<Finding>> OfAssemblyAsync(byte[] assembly, params string[] capabilities) =>
        [.. (await RunAsync(null, capabilities, new PackageInput("lib/net10.0/Some.dll", assembly))).Findings];
}
