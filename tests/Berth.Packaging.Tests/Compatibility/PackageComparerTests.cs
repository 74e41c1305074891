using System.Text;
using System.Text.Json;
using Berth.Packaging.Archive;
using Berth.Packaging.Compatibility;
using Berth.Packaging.Versioning;

namespace Berth.Packaging.Tests.Compatibility;

public sealed class PackageComparerTests
{
    [Theory]
    [InlineData("{}", "{}", "")]
    [InlineData("""{"security":{"capabilities":[]}}""", """{"security":{"capabilities":["network:http-client"]}}""", "Risky capability.added network:http-client")]
    [InlineData("""{"security":{"capabilities":["network:http-client"]}}""", "{}", "Info capability.removed network:http-client")]
    [InlineData("{}", """{"dependencies":{"Base":"^1.0.0"}}""", "Breaking dependency.added Base")]
    [InlineData("""{"dependencies":{"Base":"^1.0.0"}}""", """{"dependencies":{"base":"^1.2.0"}}""", "Breaking dependency.tightened base")]
    [InlineData("""{"dependencies":{"Base":"^1.2.0"}}""", """{"dependencies":{"Base":">=1.0.0"}}""", "Info dependency.widened Base")]
    [InlineData("""{"dependencies":{"Base":"^1.2.0"}}""", "{}", "Info dependency.removed Base")]
    [InlineData("{}", """{"conflicts":{"Other":"*"}}""", "Breaking dependency.conflict_added Other")]
    [InlineData("""{"engines":{"berth":">=0.1.0"}}""", """{"engines":{"berth":">=0.2.0"}}""", "Breaking engine.tightened engines.berth")]
    [InlineData("{}", """{"engines":{"berth":">=0.2.0"}}""", "Breaking engine.tightened engines.berth")]
    [InlineData("""{"engines":{"berth":">=0.2.0"}}""", "{}", "")]
    [InlineData("""{"config":{"type":"object","properties":{"a":{"type":"string"}}}}""", "{}", "Breaking settings.removed config")]
    [InlineData("""{"config":{"type":"object","properties":{"a":{"type":"string"}}}}""", """{"config":{"type":"object","properties":{}}}""", "Breaking settings.removed config.a")]
    [InlineData("""{"config":{"type":"object","properties":{"a":{"type":"string"}}}}""", """{"config":{"type":"object","properties":{"a":{"type":"integer"}}}}""", "Breaking settings.type_changed config.a")]
    [InlineData("""{"config":{"type":"object","properties":{"a":{"type":"integer"}}}}""", """{"config":{"type":"object","properties":{"a":{"type":"number"}}}}""", "")]
    [InlineData("{}", """{"config":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}}""", "Breaking settings.required config.a")]
    [InlineData("{}", """{"config":{"type":"object","properties":{"a":{"type":"string","default":"x"}},"required":["a"]}}""", "Info settings.required_with_default config.a")]
    [InlineData("{}", """{"config":{"type":"object","properties":{"a":{"type":"string"}}}}""", "Info settings.added config.a")]
    [InlineData("""{"config":{"type":"object","properties":{"a":{"type":"string","enum":["x","y"]}}}}""", """{"config":{"type":"object","properties":{"a":{"type":"string","enum":["x"]}}}}""", "Breaking settings.enum_narrowed config.a")]
    [InlineData("""{"config":{"type":"object","properties":{"a":{"type":"string","enum":["x"]}}}}""", """{"config":{"type":"object","properties":{"a":{"type":"string","enum":["x","y"]}}}}""", "")]
    [InlineData("""{"config":{"type":"object","properties":{"a":{"type":"integer","maximum":9}}}}""", """{"config":{"type":"object","properties":{"a":{"type":"integer","maximum":8}}}}""", "Breaking settings.bound_tightened config.a")]
    [InlineData("""{"config":{"type":"object","properties":{"a":{"type":"integer","minimum":9}}}}""", """{"config":{"type":"object","properties":{"a":{"type":"integer","minimum":8}}}}""", "")]
    [InlineData("""{"frontend":{"entry":"dist/index.js","modules":[{"name":"Panel"}]}}""", """{"frontend":{"entry":"dist/index.js","modules":[{"name":"Board"}]}}""", "Breaking module.removed Panel|Info module.added Board")]
    [InlineData("""{"frontend":{"entry":"dist/index.js","modules":[{"name":"P","props":{"a":1,"b":2}}]}}""", """{"frontend":{"entry":"dist/index.js","modules":[{"name":"P","props":{"a":"x","c":3}}]}}""", "Breaking module.prop_changed P.props.a|Breaking module.prop_removed P.props.b|Info module.prop_added P.props.c")]
    [InlineData("""{"frontend":{"entry":"dist/index.js","scope":"A"}}""", """{"frontend":{"entry":"dist/index.js","scope":"B"}}""", "Breaking module.scope_changed A")]
    public async Task Changes_of_the_manifest_are_named(string from, string to, string expected)
    {
        var report = await CompareAsync(("1.0.0", from, null), ("2.0.0", to, null));
        string.Join('|', report.Changes.Select(change => $"{change.Severity} {change.Code} {change.Subject}")).ShouldBe(expected);
    }

    [Theory]
    [InlineData("1.0.0", "2.0.0", true)]
    [InlineData("1.0.0", "1.1.0", false)]
    [InlineData("1.0.0", "1.0.1", false)]
    [InlineData("1.0.0", "1.1.0-beta.1", true)]
    [InlineData("0.1.0", "0.2.0", true)]
    [InlineData("0.1.0", "0.1.1", false)]
    [InlineData("0.0.1", "0.0.2", true)]
    [InlineData("2.0.0", "1.0.0", false)]
    public async Task The_number_says_what_breaks_or_does_not(string from, string to, bool isHonest)
    {
        var report = await CompareAsync((from, "{}", null), (to, """{"dependencies":{"Base":"*"}}""", null));
        report.IsCompatible.ShouldBeFalse();
        report.IsHonest.ShouldBe(isHonest);
    }

    [Fact]
    public async Task The_api_of_contract_assemblies_is_compared_and_other_assemblies_are_not()
    {
        const string Manifest = """{"module":{"assembly":"lib/net10.0/Notes.dll","contracts":["lib/net10.0/Notes.Contracts.dll"]}}""";
        var report = await CompareAsync(("1.0.0", Manifest, "public interface INotes { int Count(); }"), ("1.1.0", Manifest, "public interface INotes { long Count(); }"));
        report.Changes.ShouldHaveSingleItem().ShouldBe(new CompatibilityChange(
            ChangeSeverity.Breaking, "api.member_changed", "INotes.Count()", "INotes.Count() was Int32 and is Int64."));
        report.Needs.ShouldBe(VersionStep.Major);
        report.Declares.ShouldBe(VersionStep.Minor);

        report = await CompareAsync(
            ("1.0.0", Manifest, "public interface INotes { }"), ("1.1.0", """{"module":{"assembly":"lib/net10.0/Notes.dll"}}""", "public interface INotes { }"));
        report.Changes.ShouldHaveSingleItem().Code.ShouldBe("api.contract_removed");
    }

    [Fact]
    public async Task Two_plugins_are_not_compared_and_a_broken_package_is_told()
    {
        var notes = Pack("Notes", "1.0.0", "{}", null);
        (await PackageComparer.CompareAsync(notes, Pack("Other", "1.0.0", "{}", null), PackageLimits.Default)).ShouldBe(new CompatibilityOutcome.OtherPlugin("Notes", "Other"));
        (await PackageComparer.CompareAsync(notes, new MemoryStream("PK"u8.ToArray()), PackageLimits.Default)).ShouldBeOfType<CompatibilityOutcome.Unreadable>().IsFirst.ShouldBeFalse();
    }

    [Theory]
    [InlineData("^1.0.0", "^1.0.0", null)]
    [InlineData("^1.0.0", ">=1.0.0 <3.0.0", null)]
    [InlineData(">=1.0.0 <3.0.0", "^1.0.0", "2.0.0")]
    [InlineData("1.0.0", "1.0.1", "1.0.0")]
    [InlineData("*", ">0.0.0", "0.0.0")]
    [InlineData("<2.0.0", "<1.0.0", "1.0.0")]
    [InlineData("<=2.0.0", "<2.0.0", "2.0.0")]
    [InlineData("^1.0.0 || ^2.0.0", ">=1.0.0 <3.0.0", null)]
    [InlineData(">=1.0.0 <3.0.0", "^1.0.0 || ^2.0.0", null)]
    [InlineData(null, "*", null)]
    [InlineData("^1.0.0", null, null)]
    public void A_range_that_admits_less_is_found_by_an_example(string? from, string? to, string? excluded) =>
        (RangeComparer.FindExcluded(from is null ? null : VersionRange.Parse(from), to is null ? null : VersionRange.Parse(to))?.ToString()).ShouldBe(excluded);

    [Fact]
    public void Ranges_agree_with_a_search_of_all_small_versions()
    {
        var random = new Random(11);
        var small = (from major in Enumerable.Range(0, 4) from minor in Enumerable.Range(0, 4) from patch in Enumerable.Range(0, 4) select SemanticVersion.Parse($"{major}.{minor}.{patch}")).ToList();
        for (var round = 0; round < 3_000; round++)
        {
            var (from, to) = (VersionRange.Parse(Any()), VersionRange.Parse(Any()));
            if (small.Exists(version => from.Contains(version) && !to.Contains(version)))
                RangeComparer.FindExcluded(from, to).ShouldNotBeNull($"{from} → {to}");
            if (RangeComparer.FindExcluded(from, to) is { } excluded)
                (from.Contains(excluded) && !to.Contains(excluded)).ShouldBeTrue($"{from} → {to}: {excluded}");
        }

        string Any() => string.Join(" || ", Enumerable.Range(0, random.Next(1, 3)).Select(_ =>
            $"{new[] { "^", "~", ">=", "<", "<=", ">", "" }[random.Next(7)]}{random.Next(3)}.{random.Next(3)}.{random.Next(3)}"));
    }

    private static async Task<CompatibilityReport> CompareAsync((string Version, string Manifest, string? Contracts) from, (string Version, string Manifest, string? Contracts) to) =>
        (await PackageComparer.CompareAsync(
            Pack("Notes", from.Version, from.Manifest, from.Contracts), Pack("Notes", to.Version, to.Manifest, to.Contracts), PackageLimits.Default))
        .ShouldBeOfType<CompatibilityOutcome.Compared>().Report;

    private static MemoryStream Pack(string name, string version, string more, string? contracts)
    {
        var manifest = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(more)!;
        manifest["name"] = JsonSerializer.SerializeToElement(name);
        manifest["version"] = JsonSerializer.SerializeToElement(version);
        List<PackageInput> files = [Packages.Manifest(JsonSerializer.Serialize(manifest)), Packages.File("dist/index.js", "export default 1;")];
        if (contracts is not null)
        {
            files.Add(new("lib/net10.0/Notes.Contracts.dll", SourceCode.Build(contracts)));
            files.Add(new("lib/net10.0/Notes.dll", SourceCode.Build($"class Notes{Encoding.UTF8.GetByteCount(contracts)} {{ }}")));
        }

        return new MemoryStream(Packages.Pack([.. files]));
    }
}
