using System.Text;
using System.Text.RegularExpressions;
using Berth.Packaging.Archive;
using Berth.Packaging.Scanning;
using Berth.Packaging.Scanning.Indicators;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Packaging.Tests.Scanning;

public sealed class PackageScanTests
{
    private static readonly string[] Extensions = ["dist/x.js", "dist/x.mjs", "dist/x.cjs", "public/x.html", "icon.svg", "lib/net10.0/x.dll", "package-lock.json", "x.deps.json", "assets/x.zip", "assets/x.bin"];
    private static readonly string[] Pieces = ["<script>", "</script>", "eval(", "`${", "'", "\"", "<svg", "/>", "onload=", "javascript:", "\u202E", "import(", "function", "{", "}", "[", "]", "\\u", "<!--", "\0", "MZ", "PK\u0003\u0004", "/*", "=>", "-----BEGIN ", "eyJ", "://", "password='", "\uD83D", "{\"packages\":{", "\n"];

    private static readonly Arbitrary<(string Path, byte[] Content)> Inputs =
        (from path in Gen.Elements(Extensions)
         from pieces in Gen.Choose(0, 40).SelectMany(count => Gen.ArrayOf(Gen.Elements(Pieces), count))
         from noise in Gen.Choose(0, 60).SelectMany(count => Gen.ArrayOf(Gen.Choose(0, 255), count))
         from start in Gen.Elements(0, 1, 2, 3)
         select (path, Mixed(start, pieces, noise))).ToArbitrary();

    [Fact]
    public async Task Every_scanner_has_a_verdict()
    {
        var report = await Scans.RunAsync(Packages.File("dist/index.js", "export default 1"));

        report.Verdicts.Select(verdict => verdict.Scanner).ShouldBe(["il", "scripts", "secrets", "dependencies", "names", "archives"]);
        report.Verdicts.ShouldAllBe(verdict => verdict.Outcome is ScanOutcome.Clean && verdict.RuleSet > 0);
    }

    [Fact]
    public void Whatever_the_bytes_are_there_is_a_verdict_and_no_exception() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Inputs, input =>
        {
            var report = Scans.RunAsync(new PackageInput(input.Path, input.Content)).GetAwaiter().GetResult();
            report.Verdicts.Where(verdict => verdict.Outcome is ScanOutcome.Error or ScanOutcome.Timeout).ShouldBeEmpty();
        }));

    [Fact]
    public async Task A_scan_out_of_time_is_a_timeout_of_every_scanner_and_never_clean()
    {
        var rules = ScanRules.BuiltIn with { Limits = ScanLimits.Default with { MaxTime = TimeSpan.FromTicks(1) } };

        var report = await Scans.RunAsync(rules, [], Packages.File("dist/index.js", string.Concat(Enumerable.Repeat("f();\n", 100_000)) + "var x;"));

        foreach (var scanner in (string[])["il", "scripts", "secrets", "archives", "dependencies"])
            report.Of(scanner).ShouldNotBeNull().Outcome.ShouldBeOfType<ScanOutcome.Timeout>();
    }

    [Fact]
    public async Task A_caller_who_gives_up_gets_no_report()
    {
        var bytes = Packages.Pack(Packages.Manifest());
        var package = await Packages.AcceptAsync(bytes);

        await Should.ThrowAsync<OperationCanceledException>(() => PackageScan.RunAsync(new MemoryStream(bytes), package, ScanRules.BuiltIn, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Other_bytes_than_those_that_were_accepted_are_an_error_R71()
    {
        var accepted = await Packages.AcceptAsync(Packages.Pack(Packages.Manifest(), Packages.File("dist/index.js", "1")));
        var others = Packages.Pack(Packages.Manifest(), Packages.File("dist/index.js", "2"));

        var report = await PackageScan.RunAsync(new MemoryStream(others), accepted, ScanRules.BuiltIn);

        report.Of("scripts").ShouldNotBeNull().Outcome.ShouldBeOfType<ScanOutcome.Error>();
        report.Verdicts.Where(verdict => verdict.Scanner != "names").ShouldAllBe(verdict => verdict.Outcome is ScanOutcome.Error);
    }

    [Fact]
    public async Task Files_that_were_looked_at_before_are_not_looked_at_again_R65()
    {
        var cache = new ScanCache();
        var rules = ScanRules.BuiltIn with { Cache = cache };
        PackageInput[] files = [Packages.File("dist/index.js", "eval(x)"), Packages.File("dist/more.js", "export default 1")];
        var first = await Scans.RunAsync(rules, [], files);
        cache.Hits.ShouldBe(0);

        // The next version: one file changed, one did not.
        var second = await Scans.RunAsync(rules, [], files[0], Packages.File("dist/more.js", "export default 2"));

        cache.Hits.ShouldBeGreaterThan(0);
        second.Findings.ShouldBe(first.Findings);
        var misses = cache.Misses;
        (await Scans.RunAsync(rules, ["network:http-client"], files)).Findings.ShouldBe(first.Findings);
        cache.Misses.ShouldBeGreaterThan(misses);
    }

    [Fact]
    public async Task A_registry_finds_its_own_indicators()
    {
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes("one\ntwo evil\n")));
        var rules = ScanRules.BuiltIn with
        {
            Indicators =
            [
                new Indicator(IndicatorKind.Text, "evil", "text rule"), new Indicator(IndicatorKind.Sha256, digest, "digest rule", Severity.Critical),
                new Indicator(IndicatorKind.Domain, "BAD.example", "domain rule"), new Indicator(IndicatorKind.Text, "absent text", "absent"),
            ],
        };

        var findings = (await Scans.RunAsync(rules, [], Packages.File("a.txt", "one\ntwo evil\n"), Packages.File("b.txt", "https://bad.example/x"))).Findings.ToList();

        findings.Select(finding => (finding.File, finding.Line, finding.Severity)).ShouldBe([("a.txt", null, Severity.Critical), ("a.txt", 2, Severity.High), ("b.txt", 1, Severity.High)], ignoreOrder: true);
    }

    [Fact]
    public async Task Many_findings_of_one_kind_are_counted_and_the_worst_of_them_is_kept()
    {
        var code = string.Concat(Enumerable.Repeat("eval('1');\n", 100)) + "eval(x)";

        var findings = (await Scans.OfScriptAsync(code)).Where(finding => finding.Code == "scan.scripts.eval").ToList();

        findings.Count.ShouldBe(26);
        findings.Max(finding => finding.Severity).ShouldBe(Severity.High);
        findings.ShouldContain(finding => finding.Explanation.Contains("75 more"));
    }

    [Fact]
    public void Every_code_is_explained_in_the_page_and_no_other()
    {
        var page = File.ReadAllText(Path.Combine(Root(), "docs", "scanning.md"));
        var documented = Regex.Matches(page, @"^\| `(?<code>scan\.[a-z]+\.[a-z_]+)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Select(match => match.Groups["code"].Value);

        documented.ShouldBe(FindingCodes.All.Select(code => code.Code), ignoreOrder: true);
    }

    private static byte[] Mixed(int start, string[] pieces, int[] noise)
    {
        byte[] head = start switch { 1 => [0x50, 0x4B, 3, 4], 2 => [0x4D, 0x5A], 3 => [0x1F, 0x8B], _ => [] };
        return [.. head, .. Encoding.UTF8.GetBytes(string.Concat(pieces)), .. noise.Select(value => (byte)value)];
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Berth.slnx")))
            folder = folder.Parent.ShouldNotBeNull();
        return folder.FullName;
    }
}
