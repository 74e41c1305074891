using System.Text;
using Berth.Packaging.Archive;
using Berth.Packaging.Variants;

namespace Berth.Packaging.Tests.Variants;

public sealed class VariantDerivationTests
{
    private const string Manifest = """{"name":"Clock","version":"1.0.0","frontend":{"entry":"dist/index.js"}}""";

    [Fact]
    public async Task The_same_files_but_for_one_that_the_statement_names_are_a_variant() =>
        (await CheckAsync(("dist/index.js", "short"))).ShouldBeEmpty();

    [Theory]
    [InlineData("lib/net10.0/Clock.dll", VariantFaultCodes.ServerSide)]
    [InlineData("src/index.ts", VariantFaultCodes.ServerSide)]
    public async Task A_file_that_is_never_served_must_be_the_authors(string path, string code) =>
        (await CheckAsync((path, "changed"))).ShouldContain(fault => fault.Code == code);

    [Fact]
    public async Task A_change_that_the_statement_does_not_name_is_refused() =>
        (await CheckAsync(statement => statement with { Files = [] }, ("dist/index.js", "short"))).ShouldHaveSingleItem().Code.ShouldBe(VariantFaultCodes.File);

    [Fact]
    public async Task A_variant_of_another_package_is_refused() =>
        (await CheckAsync(statement => statement with { SourceDigest = new string('0', 64) }, ("dist/index.js", "short"))).ShouldHaveSingleItem().Code.ShouldBe(VariantFaultCodes.Source);

    [Fact]
    public async Task Without_a_statement_there_is_no_variant()
    {
        var original = await ReadAsync(Files());
        VariantDerivation.Check(original, original, VariantStatement.Read("{\"formatVersion\":2}"u8)).ShouldHaveSingleItem().Code.ShouldBe(VariantFaultCodes.Statement);
    }

    private static Task<IReadOnlyList<PackageFault>> CheckAsync(params (string Path, string Text)[] changes) => CheckAsync(statement => statement, changes);

    private static async Task<IReadOnlyList<PackageFault>> CheckAsync(Func<VariantStatement, VariantStatement> change, params (string Path, string Text)[] changes)
    {
        var original = await ReadAsync(Files());
        var changed = Files();
        foreach (var (path, text) in changes)
            changed[path] = text;
        var variant = await ReadAsync(changed);
        var before = original.Files.ToDictionary(file => file.Path, file => file.Sha256);
        var statement = change(new VariantStatement
        {
            FormatVersion = VariantStatement.CurrentFormat,
            Kind = VariantStatement.Optimized,
            Slug = "Clock",
            Version = "1.0.0",
            SourceDigest = original.Digest,
            Tools = new Dictionary<string, string>(),
            Stages = [],
            Options = new Dictionary<string, bool>(),
            Files = [.. variant.Files.Where(file => before[file.Path] != file.Sha256).Select(file => new VariantFile(file.Path, file.Sha256, before[file.Path]))],
            Removed = [],
        });
        return VariantDerivation.Check(original, variant, VariantStatement.Read(statement.ToUtf8()));
    }

    private static Dictionary<string, string> Files() => new()
    {
        ["plugin.json"] = Manifest,
        ["dist/index.js"] = "a long text",
        ["lib/net10.0/Clock.dll"] = "server side",
        ["src/index.ts"] = "never served",
    };

    private static async Task<Package> ReadAsync(Dictionary<string, string> files)
    {
        using var output = new MemoryStream();
        PackageWriter.Write(output, files.Select(file => new PackageInput(file.Key, Encoding.UTF8.GetBytes(file.Value))));
        var read = await PackageReader.ReadAsync(output, PackageLimits.Default);
        read.Faults.ShouldBeEmpty();
        return read.Package!;
    }
}
