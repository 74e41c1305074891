using System.Text;
using Berth.Packaging.Scanning;
using Berth.Packaging.Scanning.Dependencies;

namespace Berth.Packaging.Tests.Scanning.Dependencies;

public sealed class DependencyScanTests
{
    private const string LodashAdvisory = """
        {"id":"GHSA-test-0001","modified":"2026-01-01T00:00:00Z","summary":"Prototype pollution",
         "severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
         "affected":[{"package":{"ecosystem":"npm","name":"lodash"},"ranges":[{"type":"SEMVER","events":[{"introduced":"4.0.0"},{"fixed":"4.17.21"}]}]}]}
        """;

    private const string JsonAdvisory = """
        {"id":"GHSA-test-0002","modified":"2026-01-01T00:00:00Z","database_specific":{"severity":"HIGH"},
         "affected":[{"package":{"ecosystem":"NuGet","name":"Newtonsoft.Json"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"last_affected":"13.0.0"}]}]}]}
        """;

    private const string Lock3 = """{"lockfileVersion":3,"packages":{"":{"name":"x"},"node_modules/lodash":{"version":"4.17.20"},"node_modules/a/node_modules/b":{"version":"1.0.0","dev":true}}}""";
    private const string Lock1 = """{"lockfileVersion":1,"dependencies":{"a":{"version":"1.0.0","dependencies":{"lodash":{"version":"4.17.20"}}}}}""";
    private const string Deps = """{"libraries":{"Plugin/1.0.0":{"type":"project"},"Newtonsoft.Json/12.0.3":{"type":"package"}}}""";

    [Theory]
    [InlineData("package-lock.json", Lock3, "GHSA-test-0001", Severity.Critical)]
    [InlineData("src/package-lock.json", Lock1, "GHSA-test-0001", Severity.Critical)]
    [InlineData("lib/net10.0/Plugin.deps.json", Deps, "GHSA-test-0002", Severity.High)]
    public async Task A_dependency_that_an_advisory_names_is_found(string path, string json, string id, Severity severity)
    {
        var report = await Scans.RunAsync(With(LodashAdvisory, JsonAdvisory), [], Packages.File(path, json));

        var finding = report.Findings.ShouldHaveSingleItem();
        finding.Code.ShouldBe("scan.dependencies.vulnerable");
        finding.Explanation.ShouldContain(id);
        finding.Severity.ShouldBe(severity);
        finding.File.ShouldBe(path);
    }

    [Fact]
    public async Task Dependencies_without_a_database_of_advisories_are_not_called_clean_R67()
    {
        (await Scans.RunAsync(Packages.File("package-lock.json", Lock3))).Of("dependencies").ShouldNotBeNull().Outcome.ShouldBeOfType<ScanOutcome.NotConfigured>();
        (await Scans.RunAsync()).Of("dependencies").ShouldNotBeNull().Outcome.ShouldBeOfType<ScanOutcome.Clean>();
    }

    [Fact]
    public async Task A_database_that_breaks_is_an_error_and_not_clean_R67()
    {
        var rules = ScanRules.BuiltIn with { FindAdvisories = (_, _) => throw new InvalidOperationException("gone") };

        (await Scans.RunAsync(rules, [], Packages.File("package-lock.json", Lock3))).Of("dependencies").ShouldNotBeNull().Outcome.ShouldBeOfType<ScanOutcome.Error>();
    }

    [Fact]
    public async Task A_malicious_package_is_critical()
    {
        var advisory = LodashAdvisory.Replace("GHSA-test-0001", "MAL-2026-1", StringComparison.Ordinal);

        (await Scans.RunAsync(With(advisory), [], Packages.File("package-lock.json", Lock3))).Findings.ShouldHaveSingleItem().Code.ShouldBe("scan.dependencies.malicious");
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_is_a_finding() =>
        (await Scans.RunAsync(With(LodashAdvisory), [], Packages.File("package-lock.json", "{"))).Findings.ShouldHaveSingleItem().Code.ShouldBe("scan.dependencies.unreadable");

    [Theory]
    [InlineData("4.0.0", true)]
    [InlineData("3.10.1", false)]
    [InlineData("4.17.21-rc.1", true)]
    [InlineData("4.17.21", false)]
    [InlineData("4.17.21+build", false)]
    [InlineData("5.0.0", false)]
    public void Ranges_are_judged_as_OSV_says(string version, bool isAffected) =>
        new Advisories([Read(LodashAdvisory)]).Against(new("npm", "lodash", version, "x")).Any().ShouldBe(isAffected);

    [Theory]
    [InlineData("13.0.0", true)]
    [InlineData("13.0.0.0", true)]
    [InlineData("13.0.0.1", false)]
    [InlineData("0.0.1-alpha", true)]
    public void Last_affected_versions_are_affected(string version, bool isAffected) =>
        new Advisories([Read(JsonAdvisory)]).Against(new("NuGet", "newtonsoft.json", version, "x")).Any().ShouldBe(isAffected);

    [Fact]
    public void Withdrawn_advisories_name_nothing()
    {
        var withdrawn = LodashAdvisory.Replace("\"modified\"", "\"withdrawn\":\"2026-02-01T00:00:00Z\",\"modified\"", StringComparison.Ordinal);

        new Advisories([Read(withdrawn)]).Against(new("npm", "lodash", "4.17.20", "x")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1)]
    [InlineData("CVSS:3.0/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 7.8)]
    [InlineData("CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0)]
    public void Scores_are_those_of_the_specification(string vector, double score) => CvssScore.Base(vector).ShouldBe(score);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"id\":1}")]
    [InlineData("{\"id\":\"x\"}")]
    [InlineData("{\"id\":\"x\",\"modified\":\"never\"}")]
    public void What_is_no_advisory_is_none(string json) => OsvReader.Read(Encoding.UTF8.GetBytes(json)).ShouldBeNull();

    [Theory]
    [InlineData("{\"id\":\"A\",\"modified\":\"2026-01-01T00\u00b0\"}")]
    [InlineData("{\"id\":\"\\ud800\",\"modified\":\"2026-01-01T00:00:00Z\"}")]
    public void An_advisory_whose_text_is_no_Unicode_is_none(string latin1) => OsvReader.Read(Encoding.Latin1.GetBytes(latin1)).ShouldBeNull();

    private static OsvAdvisory Read(string json) => OsvReader.Read(Encoding.UTF8.GetBytes(json)).ShouldNotBeNull();

    private static ScanRules With(params string[] advisories) => ScanRules.BuiltIn with { FindAdvisories = (_, _) => Task.FromResult<Advisories?>(new Advisories(advisories.Select(Read))) };
}
