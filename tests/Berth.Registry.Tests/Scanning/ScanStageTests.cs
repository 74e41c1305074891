using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Archive;
using Berth.Packaging.Scanning;
using Berth.Registry.Advisories;
using Berth.Registry.Catalog;
using Berth.Registry.Publishing;
using Berth.Registry.Review;
using Berth.Registry.Scanning;
using Berth.Registry.Trust;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Tests.Scanning;

public abstract class ScanStageTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    private readonly ReplacedScanner _scanner = new();

    protected override void Configure(IServiceCollection services) =>
        services.AddSingleton<IPackageScanner>(provider => _scanner.Over(provider.GetRequiredService<RegistryScan>()));

    [Fact]
    public async Task A_version_without_findings_is_visible_with_a_verdict_of_every_scanner()
    {
        await PublishedAsync(ScanPackages.Of("Notes", "1.0.0", ("dist/index.js", "export default 1")));

        var verdicts = await Part<IScanReports>().FindAsync("Notes", "1.0.0");

        verdicts.Select(verdict => (verdict.Scanner, verdict.Outcome)).ShouldBe(Scanners.All.Select(scanner => (scanner, "clean")), ignoreOrder: true);
        verdicts.ShouldAllBe(verdict => verdict.At == Time.GetUtcNow());
    }

    [Fact]
    public async Task A_finding_that_the_level_does_not_let_pass_holds_the_version()
    {
        var held = (await PublishAsync(ScanPackages.Of("Notes", "1.0.0", ("dist/index.js", "\neval(x)")))).ShouldBeOfType<PublishOutcome.Held>().Version;

        var stage = held.Stages.Single(stage => stage.Stage == "scan");
        stage.Code.ShouldBe("scan.findings");
        stage.Reason.ShouldNotBeNull().ShouldContain("scan.scripts.eval in dist/index.js");
        (await Part<IScanReports>().FindAsync("Notes", "1.0.0")).Single(verdict => verdict.Scanner == "scripts").Findings.ShouldHaveSingleItem().Line.ShouldBe(2);
    }

    [Fact]
    public async Task The_same_finding_may_pass_on_a_level_that_is_trusted_more() =>
        await PublishedAsync(ScanPackages.Of("Notes", "1.0.0", ("dist/index.js", "eval(x)")), administrator: true);

    [Fact]
    public async Task Undeclared_use_is_held_or_refused_as_the_policy_of_the_level_says()
    {
        // An assembly that works with files and databases, in a package that declares nothing.
        var package = ScanPackages.WithAssembly("Notes", typeof(DbSession).Assembly.Location);
        (await ValidateAsync(package)).ShouldBeOfType<PublishOutcome.Valid>().State.ShouldBe(VersionState.Held, "by default a person looks at it");

        await SetAsync(TrustLevels.Community, new { refuses_from = "critical" });
        (await ValidateAsync(package)).ShouldBeOfType<PublishOutcome.Valid>().State.ShouldBe(VersionState.Held, "it is high, not critical");
        await SetAsync(TrustLevels.Community, new { refuses_from = "high" });
        var refused = (await PublishAsync(package)).ShouldBeOfType<PublishOutcome.Refused>();

        var fault = refused.Faults.First(fault => fault.Code == "scan.il.undeclared_capability");
        fault.Entry.ShouldBe("lib/net10.0/Some.dll");
        fault.Message.ShouldContain("needs the capability");
        fault.Message.ShouldContain("Declare the capability", customMessage: "the next step");
        (await ValidateAsync(package)).ShouldBeOfType<PublishOutcome.Refused>().Faults.ShouldBe(refused.Faults, "the same words");
        (await Catalog.FindAsync("Notes")).ShouldBeNull();
        (await Part<IReviews>().OfVersionAsync("Notes", "1.0.0")).ShouldBeNull("what is refused is in nobody's queue");
        StoredFiles().ShouldBeEmpty();
        // What is milder goes on as before.
        await PublishedAsync(ScanPackages.Of("Notes", "1.0.0", ("dist/index.js", "document.cookie")));
    }

    // R67: "no scanner configured", "all scanners failed" and "clean" were one value.
    public static TheoryData<string> NotClean => ["not_configured", "error", "timeout"];

    [Theory]
    [MemberData(nameof(NotClean))]
    public async Task A_required_scanner_that_did_not_look_is_never_clean_R67(string word)
    {
        _scanner.Change = report => report with
        {
            Verdicts = [.. report.Verdicts.Select(verdict => verdict.Scanner != "il" ? verdict : verdict with
            {
                Outcome = word switch { "error" => new ScanOutcome.Error("broke"), "timeout" => new ScanOutcome.Timeout(TimeSpan.FromSeconds(1)), _ => new ScanOutcome.NotConfigured() },
            })],
        };

        var held = (await PublishAsync(ScanPackages.Of("Notes", "1.0.0"), administrator: true)).ShouldBeOfType<PublishOutcome.Held>().Version;

        held.Stages.Single(stage => stage.Stage == "scan").Code.ShouldBe("scan.not_clean");
        (await Catalog.FindAsync("Notes")).ShouldBeNull();
        (await Part<IScanReports>().FindAsync("Notes", "1.0.0")).Single(verdict => verdict.Scanner == "il").Outcome.ShouldBe(word);
    }

    [Fact]
    public async Task A_scanner_that_says_nothing_at_all_is_never_clean_R67()
    {
        _scanner.Change = report => report with { Verdicts = [.. report.Verdicts.Where(verdict => verdict.Scanner != "secrets")] };

        (await PublishAsync(ScanPackages.Of("Notes", "1.0.0"))).ShouldBeOfType<PublishOutcome.Held>();
    }

    [Fact]
    public async Task A_scan_that_throws_holds_the_version_R67()
    {
        _scanner.Change = _ => throw new InvalidOperationException("flooded");

        (await PublishAsync(ScanPackages.Of("Notes", "1.0.0"))).ShouldBeOfType<PublishOutcome.Held>();
        (await Part<IReviews>().OfVersionAsync("Notes", "1.0.0")).ShouldNotBeNull();
    }

    [Fact]
    public async Task Dependencies_are_held_until_there_are_advisories_to_compare_them_with()
    {
        (await PublishAsync(ScanPackages.Of("Notes", "1.0.0", ("package-lock.json", ScanPackages.Lock)))).ShouldBeOfType<PublishOutcome.Held>()
            .Version.Stages.Single(stage => stage.Stage == "scan").Reason.ShouldNotBeNull().ShouldContain("berth advisories import");

        await Part<IAdvisories>().ImportAsync(ScanPackages.Advisory(last: "4.0.0"), Ada, isDryRun: false, CancellationToken.None);

        await PublishedAsync(ScanPackages.Of("Notes", "1.1.0", ("package-lock.json", ScanPackages.Lock)));
    }

    [Fact]
    public async Task What_was_validated_is_not_looked_at_again_when_it_is_published_R65()
    {
        var package = ScanPackages.Of("Notes", "1.0.0", ("dist/index.js", "export default 1"));
        var cache = Part<RegistryScan>().Cache;
        await PublishedAsync(package);
        var misses = cache.Misses;
        cache.Hits.ShouldBe(0);

        await PublishedAsync(ScanPackages.Of("Notes", "1.1.0", ("dist/index.js", "export default 1")));

        cache.Hits.ShouldBeGreaterThan(0);
        // Only the manifest is new.
        (cache.Misses - misses).ShouldBeLessThan(misses);
    }

    private Task<PublishOutcome> ValidateAsync(byte[] package) => Publisher.ValidateAsync(new PublishRequest(Ada, false, new MemoryStream(package)));

    private async Task SetAsync(string level, object changes) =>
        (await Part<ITrustPolicyBook>().SetAsync(level, JsonSerializer.SerializeToElement(changes), Bob, "Strict.", isDryRun: false)).ShouldBeEmpty();

    public sealed class OnSqlite() : ScanStageTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : ScanStageTests(DatabaseKind.PostgreSql);

    private sealed class ReplacedScanner : IPackageScanner
    {
        private IPackageScanner? _inner;

        public Func<ScanReport, ScanReport> Change { get; set; } = report => report;

        public ReplacedScanner Over(IPackageScanner inner)
        {
            _inner = inner;
            return this;
        }

        public async Task<ScanReport> ScanAsync(Stream content, Package package, string publisherId, CancellationToken cancellationToken) =>
            Change(await _inner!.ScanAsync(content, package, publisherId, cancellationToken));
    }
}
