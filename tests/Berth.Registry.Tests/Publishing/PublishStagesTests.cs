using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Archive;
using Berth.Registry.Catalog;
using Berth.Registry.Publishing;
using Berth.Registry.Review;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Tests.Publishing;

public abstract class PublishStagesTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    private readonly ScriptedStage _first = new("signature");
    private readonly ScriptedStage _scan = new();

    // Only what hangs is to meet it: a loaded machine may hold any stage.
    private TimeSpan _limit = TimeSpan.FromMinutes(5);

    private IPublications Publications => Part<IPublications>();

    protected override void Configure(IServiceCollection services) => services
        .AddSingleton(provider => new PublishStages(provider) { InOrder = [_first, _scan] })
        .AddSingleton(new PublishOptions { StageTimeLimit = _limit, Lease = TimeSpan.FromSeconds(15) });

    [Fact]
    public async Task Each_verdict_is_kept_with_its_rule_set_and_time()
    {
        _scan.Says(new StageVerdict.Passed { Evidence = JsonSerializer.SerializeToElement(new { files = 2 }) });

        var version = await PublishedAsync(TestPackage.Create());

        version.Stages.Select(stage => (stage.Stage, stage.Verdict, stage.RuleSet)).ShouldBe([("signature", "passed", 7), ("scan", "passed", 7)]);
        version.Stages[1].At.ShouldBe(Time.GetUtcNow());
        var kept = (await Catalog.FindVersionAsync("Notes", "1.0.0"))!;
        kept.Stages.Select(stage => (stage.Stage, stage.Verdict, stage.RuleSet)).ShouldBe([("signature", "passed", 7), ("scan", "passed", 7)]);
        (await Publications.StagesAsync("Notes", "1.0.0"))[1].Evidence!.Value.GetProperty("files").GetInt32().ShouldBe(2);
        (await Publications.FindAsync(version.PublicationId!))!.State.ShouldBe(PublicationState.Visible);
    }

    [Fact]
    public async Task A_held_version_is_kept_and_not_shown()
    {
        _scan.Says(new StageVerdict.Held("scan.findings", "Somebody should look at it."));

        var held = (await PublishAsync(TestPackage.Create())).ShouldBeOfType<PublishOutcome.Held>().Version;

        held.State.ShouldBe(VersionState.Held);
        (await Catalog.FindAsync("Notes")).ShouldBeNull();
        (await Catalog.SearchAsync(new CatalogQuery("Notes"))).Plugins.ShouldBeEmpty();
        (await Database.ReadAsync(s => s.QueryAsync<string>("SELECT type FROM outbox"))).ShouldBe(["berth.package.held"]);
        var review = (await Part<IReviews>().OfVersionAsync("Notes", "1.0.0")).ShouldNotBeNull();
        review.Position.ShouldBe(1);
        review.Reasons.ShouldBe([new HoldReason("scan", "scan.findings", "Somebody should look at it.")]);
        (await Part<IKeptVersions>().FindAsync("notes", "1.0.0"))!.Stages[1].Reason.ShouldBe("Somebody should look at it.");
    }

    [Fact]
    public async Task Of_large_packages_one_is_judged_at_a_time()
    {
        var (now, most) = (0, 0);
        using var both = new SemaphoreSlim(0);
        _scan.Say = async (_, cancellationToken) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            // Whoever could come at the same time has come by then.
            await both.WaitAsync(TimeSpan.FromMilliseconds(30), cancellationToken);
            Interlocked.Decrement(ref now);
            return new StageVerdict.Passed();
        };
        // Random, so that it is not taken for a bomb.
        var random = new byte[4 * 1024 * 1024];
        new Random(5).NextBytes(random);
        var content = Convert.ToBase64String(random);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => PublishedAsync(TestPackage.Create($"Large{i}", content: content))));
        most.ShouldBe(1);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => PublishedAsync(TestPackage.Create($"Small{i}"))));
        now.ShouldBe(0);
    }

    [Fact]
    public async Task R66_The_same_bytes_of_a_held_version_again_are_no_conflict()
    {
        _scan.Says(new StageVerdict.Held("scan.findings", "Look."));
        var held = (PublishOutcome.Held)await PublishAsync(TestPackage.Create());

        var again = (await PublishAsync(TestPackage.Create())).ShouldBeOfType<PublishOutcome.AlreadyPublished>().Version;

        again.State.ShouldBe(VersionState.Held);
        again.PublicationId.ShouldBe(held.Version.PublicationId);
        (await CountAsync("review")).ShouldBe(1);
        (await PublishAsync(TestPackage.Create(content: "other"))).ShouldBeOfType<PublishOutcome.VersionExists>();
    }

    [Fact]
    public async Task All_stages_that_refuse_are_heard_and_nothing_is_kept()
    {
        _first.Says(new StageVerdict.Refused([new PackageFault("signature.broken", "One.")]));
        _scan.Says(new StageVerdict.Refused([new PackageFault("scan.malware", "Two."), new PackageFault("scan.miner", "Three.")]));

        var refused = (await PublishAsync(TestPackage.Create())).ShouldBeOfType<PublishOutcome.Refused>();

        refused.Faults.Select(fault => fault.Code).ShouldBe(["signature.broken", "scan.malware", "scan.miner"]);
        StoredFiles().ShouldBeEmpty();
        (await CountAsync("package")).ShouldBe(0);
        (await CountAsync("publication")).ShouldBe(0);
    }

    [Fact]
    public async Task R67_A_stage_that_breaks_holds_the_version_and_is_not_taken_for_one_that_passed()
    {
        _scan.Throws();

        var held = (await PublishAsync(TestPackage.Create())).ShouldBeOfType<PublishOutcome.Held>().Version;

        held.Stages[1].Verdict.ShouldBe(StageVerdicts.Failed);
        held.Stages[1].Code.ShouldBe("publish.stage_failed");
        held.Stages[1].Reason!.ShouldNotContain("killed");
        (await Catalog.FindAsync("Notes")).ShouldBeNull();
    }

    [Fact]
    public async Task R67_A_stage_that_hangs_holds_the_version()
    {
        var never = new TaskCompletionSource<StageVerdict>();
        _scan.Say = (_, _) => never.Task;

        var held = await HeldInTimeAsync();

        held.Stages[1].Verdict.ShouldBe(StageVerdicts.TimedOut);
        never.SetResult(new StageVerdict.Passed());
        (await Part<IKeptVersions>().FindAsync("Notes", "1.0.0"))!.State.ShouldBe(VersionState.Held);
    }

    [Fact]
    public async Task R67_A_stage_that_blocks_its_thread_or_says_nothing_holds_the_version()
    {
        _first.Say = (_, cancellationToken) =>
        {
            cancellationToken.WaitHandle.WaitOne();
            Thread.Sleep(50);
            return Task.FromResult<StageVerdict>(new StageVerdict.Passed());
        };
        _scan.Say = (_, _) => Task.FromResult<StageVerdict>(null!);

        var held = await HeldInTimeAsync();

        held.Stages.Select(stage => stage.Verdict).ShouldBe([StageVerdicts.TimedOut, StageVerdicts.Failed]);
    }

    [Fact]
    public async Task A_stage_reads_the_bytes_and_hears_of_those_before()
    {
        var package = TestPackage.Create();
        _scan.Say = async (publish, cancellationToken) =>
        {
            await using var content = publish.Content();
            using var bytes = new MemoryStream();
            await content.CopyToAsync(bytes, cancellationToken);
            return bytes.ToArray().SequenceEqual(package) && publish.Before["signature"] is StageVerdict.Passed
                ? new StageVerdict.Passed()
                : new StageVerdict.Held("test", "Wrong bytes.");
        };

        (await PublishAsync(package)).ShouldBeOfType<PublishOutcome.Published>();
    }

    [Fact]
    public async Task Validate_and_publish_say_the_same_of_bad_packages()
    {
        _scan.Say = (publish, _) => Task.FromResult<StageVerdict>(publish.Package.Manifest.Name switch
        {
            "Refused" => new StageVerdict.Refused([new PackageFault("scan.malware", "No."), new PackageFault("scan.miner", "No.")]),
            "Broken" => throw new InvalidOperationException(),
            "Held" => new StageVerdict.Held("scan.findings", "Look."),
            _ => new StageVerdict.Passed(),
        });
        await PublishAsync(TestPackage.Create("Taken"), Bob);
        await PublishAsync(TestPackage.Create("Known", content: "other"));
        byte[][] packages =
        [
            "no package"u8.ToArray(), [], TestPackage.Create("Refused"), TestPackage.Create("Broken"), TestPackage.Create("Held"), TestPackage.Create("search"),
            TestPackage.Create("Taken", "2.0.0"), TestPackage.Create("Known"), TestPackage.Create("Good"), TestPackage.Create()[..^9], TestPackage.Create("x/y"),
        ];
        foreach (var package in packages)
        {
            var validated = Words(await Publisher.ValidateAsync(Request(package)));
            var published = Words(await Publisher.PublishAsync(Request(package)));
            validated.ShouldBe(published);
        }
    }

    private async Task<VersionRecord> HeldInTimeAsync()
    {
        _limit = TimeSpan.FromSeconds(1);
        await using var node = AnotherNode(Database);
        return (await node.GetRequiredService<IPublisher>().PublishAsync(Request(TestPackage.Create()))).ShouldBeOfType<PublishOutcome.Held>().Version;
    }

    private static string Words(PublishOutcome outcome) => outcome switch
    {
        PublishOutcome.Refused refused => string.Join(' ', refused.Faults.Select(fault => fault.Code)),
        PublishOutcome.Published published => "visible " + string.Join(' ', published.Version.Stages.Select(stage => stage.Code)),
        PublishOutcome.Held held => "held " + string.Join(' ', held.Version.Stages.Select(stage => stage.Code)),
        PublishOutcome.Valid valid => $"{valid.State} " + string.Join(' ', valid.Stages.Select(stage => stage.Code)),
        _ => outcome.ToString(),
    };

    private static PublishRequest Request(byte[] package) => new(Ada, false, new MemoryStream(package));

    public sealed class OnSqlite() : PublishStagesTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : PublishStagesTests(DatabaseKind.PostgreSql);
}
