using System.Text;
using Berth.Packaging.Archive;

namespace Berth.Bench.Material;

/// <summary>Packages made for the benchmarks; the same in every run.</summary>
internal static class Packages
{
    public const string Entry = "dist/remoteEntry.js";

    /// <summary>A front end of some files with three modules.</summary>
    public static byte[] FrontEnd(string slug, string version, IReadOnlyList<PackageInput> files) => Pack(Manifest(slug, version, withCode: false), files);

    /// <summary>The golden plugin Echo under another name, with a front end beside its code.</summary>
    public static byte[] FullStack(string slug, string version, IReadOnlyList<PackageInput> files) =>
        Pack(Manifest(slug, version, withCode: true), [.. files, new PackageInput("lib/net10.0/Echo.dll", File.ReadAllBytes(EchoAssembly(version)))]);

    /// <summary>The golden plugin Echo, whose manifest asks for an isolation level.</summary>
    public static byte[] AtLevel(string slug, string version, string level) =>
        Pack(Manifest(slug, version, withCode: true, level), [new PackageInput(Entry, Text(1024, seed: 8)), new PackageInput("lib/net10.0/Echo.dll", File.ReadAllBytes(EchoAssembly(version)))]);

    public static string EchoAssembly(string version) => BenchRun.Built($"plugins/fixtures/Echo-{version}", "Echo.dll");

    /// <summary>The entry and numbered chunks of random text: <paramref name="count"/> files of <paramref name="size"/> bytes.</summary>
    public static IReadOnlyList<PackageInput> Files(int count, int size, int seed) =>
        [.. Enumerable.Range(0, count).Select(i => new PackageInput(i == 0 ? Entry : $"dist/chunk-{i}.js", Text(size, (seed * 1000) + i)))];

    /// <summary>Text that hardly shrinks, so that a compressed copy is no advantage to anybody.</summary>
    public static byte[] Text(int size, int seed)
    {
        var text = new byte[size];
        new Random(seed).NextBytes(text);
        for (var i = 0; i < size; i++)
            text[i] = (byte)(' ' + (text[i] % 95));
        return text;
    }

    public static string Manifest(string slug, string version, bool withCode, string? level = null)
    {
        var manifest = new Dictionary<string, object>
        {
            ["name"] = slug,
            ["version"] = version,
            ["displayName"] = slug,
            ["description"] = "Made for a benchmark.",
            ["frontend"] = new
            {
                entry = Entry,
                modules = new[] { "Panel", "Editor", "Settings" }.Select(name => new { name, displayName = name, category = "benchmarks", tags = new[] { "one", "two" } }),
            },
        };
        if (withCode)
            manifest["module"] = new { assembly = "lib/net10.0/Echo.dll", lifecycleManager = "Echo.EchoLifecycle" };
        if (level is not null)
            manifest["security"] = new { sandbox = new { enabled = true, isolationLevel = level } };
        return JsonSerializer.Serialize(manifest);
    }

    private static byte[] Pack(string manifest, IReadOnlyList<PackageInput> files)
    {
        using var output = new MemoryStream();
        PackageWriter.Write(output, [new PackageInput("plugin.json", Encoding.UTF8.GetBytes(manifest)), .. files]);
        return output.ToArray();
    }
}
