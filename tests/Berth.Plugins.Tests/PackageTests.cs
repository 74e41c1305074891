using System.Text.Json;
using Berth.Packaging.Archive;

namespace Berth.Plugins.Tests;

public sealed class PackageTests
{
    public static TheoryData<string, string> All => new()
    {
        { "Notes", "1.0.0" }, { "Notes", "1.1.0" }, { "CsvCharts", "1.0.0" }, { "FeedReader", "1.0.0" }, { "Snippets", "1.0.0" }, { "Sparkline", "1.0.0" },
    };

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_built_package_is_accepted_by_the_strict_reader(string slug, string version)
    {
        var package = await ReadAsync(slug, version);

        package.Manifest.Name.ShouldBe(slug);
        package.Manifest.Version.ToString().ShouldBe(version);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task It_has_what_a_catalogue_shows_and_every_file_its_manifest_names(string slug, string version)
    {
        var package = await ReadAsync(slug, version);
        var paths = package.Files.Select(file => file.Path).ToHashSet();

        paths.ShouldContain("README.md");
        paths.ShouldContain("CHANGELOG.md");
        paths.ShouldContain("LICENSE");
        paths.ShouldContain(package.Manifest.Icon!);
        if (package.Manifest.Frontend is { } frontend)
            paths.ShouldContain(frontend.Entry);
        if (package.Manifest.Module is { } module)
            paths.ShouldContain(module.Assembly);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task It_carries_no_assembly_but_its_own(string slug, string version)
    {
        var package = await ReadAsync(slug, version);

        var assemblies = package.Files.Where(file => file.Path.EndsWith(".dll", StringComparison.Ordinal)).Select(file => file.Path);
        assemblies.ShouldBe(slug is "CsvCharts" or "Snippets" or "Sparkline" ? [] : [$"lib/net10.0/{slug}.dll"]);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Packing_the_same_folder_again_gives_the_same_bytes(string slug, string version)
    {
        using var again = new MemoryStream();
        PackageWriter.WriteDirectory(again, Repository.Folder(slug, version));

        again.ToArray().ShouldBe(File.ReadAllBytes(Repository.Package(slug, version)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Every_default_of_its_settings_is_an_allowed_value(string slug, string version)
    {
        var package = await ReadAsync(slug, version);
        if (package.Manifest.Config is not { } config)
            return;

        foreach (var setting in config.GetProperty("properties").EnumerateObject().Select(property => property.Value))
        {
            var value = setting.GetProperty("default");
            if (setting.TryGetProperty("enum", out var allowed))
                allowed.EnumerateArray().Select(one => one.GetString()).ShouldContain(value.GetString());
            if (setting.TryGetProperty("minimum", out var minimum))
                value.GetInt32().ShouldBeInRange(minimum.GetInt32(), setting.GetProperty("maximum").GetInt32());
            if (setting.GetProperty("type").GetString() == "boolean")
                value.ValueKind.ShouldBeOneOf(JsonValueKind.True, JsonValueKind.False);
        }
    }

    private static async Task<Package> ReadAsync(string slug, string version)
    {
        await using var file = File.OpenRead(Repository.Package(slug, version));
        var outcome = await PackageReader.ReadAsync(file, PackageLimits.Default);
        outcome.Faults.ShouldBeEmpty();
        return outcome.Package!;
    }
}
