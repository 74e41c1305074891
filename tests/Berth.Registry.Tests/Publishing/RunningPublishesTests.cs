using Berth.Data.Sessions;
using Berth.Packaging.Archive;
using Berth.Registry.Catalog;
using Berth.Registry.Publishing;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Tests.Publishing;

/// <summary>Publishes that nobody waits for, and those whose process is gone.</summary>
public abstract class RunningPublishesTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    private readonly ScriptedStage _first = new("signature");
    private readonly ScriptedStage _scan = new();

    private IPublications Publications => Part<IPublications>();

    protected override void Configure(IServiceCollection services) => services
        .AddSingleton(provider => new PublishStages(provider) { InOrder = [_first, _scan] })
        .AddSingleton(new PublishOptions { StageTimeLimit = TimeSpan.FromMinutes(5), Lease = TimeSpan.FromSeconds(15) });

    [Fact]
    public async Task Who_does_not_wait_gets_an_operation_and_the_stages_run_on()
    {
        var go = new TaskCompletionSource<StageVerdict>(TaskCreationOptions.RunContinuationsAsynchronously);
        _scan.Say = (_, _) => go.Task;
        var package = TestPackage.Create();

        var running = (await Publisher.PublishAsync(Request(package), TimeSpan.Zero)).ShouldBeOfType<PublishOutcome.Running>().Publication;

        (await Database.ReadAsync(s => s.ScalarAsync<string>("SELECT state FROM publication WHERE id = @Id", new { running.Id }))).ShouldBe("running");
        (await DownloadAsync(running.Digest)).ShouldBe(package);
        (await CountAsync("package_version")).ShouldBe(0);

        // R66: the same bytes again, while they are looked at, are the same operation.
        (await Publisher.PublishAsync(Request(package), TimeSpan.Zero)).ShouldBeOfType<PublishOutcome.Running>().Publication.Id.ShouldBe(running.Id);
        var waiting = Publisher.PublishAsync(Request(package));
        go.SetResult(new StageVerdict.Passed());
        (await waiting).ShouldBeOfType<PublishOutcome.AlreadyPublished>().Version.PublicationId.ShouldBe(running.Id);
        (await Publications.FindAsync(running.Id))!.State.ShouldBe(PublicationState.Visible);
        (await Catalog.FindVersionAsync("Notes", "1.0.0")).ShouldNotBeNull();
        (await CountAsync("publication")).ShouldBe(1);
    }

    [Fact]
    public async Task What_was_not_waited_for_and_is_refused_tells_why()
    {
        var go = new TaskCompletionSource<StageVerdict>(TaskCreationOptions.RunContinuationsAsynchronously);
        _scan.Say = (_, _) => go.Task;
        var id = ((PublishOutcome.Running)await Publisher.PublishAsync(Request(TestPackage.Create()), TimeSpan.Zero)).Publication.Id;

        go.SetResult(new StageVerdict.Refused([new PackageFault("scan.malware", "It steals.")]));
        await UntilAsync(async () => (await Publications.FindAsync(id))!.HasEnded);

        var ended = (await Publications.FindAsync(id))!;
        ended.State.ShouldBe(PublicationState.Refused);
        ended.Error!.Code.ShouldBe("scan.malware");
        ended.Stages.Select(stage => stage.Verdict).ShouldBe([StageVerdicts.Passed, StageVerdicts.Refused]);
        (await CountAsync("package_version")).ShouldBe(0);
    }

    [Fact]
    public async Task A_publish_whose_process_is_gone_is_taken_up_by_another()
    {
        var work = new PublishWork(Guid.NewGuid().ToString("N"), Request([]), await ReadAsync(TestPackage.Create()), new PackageTexts(null, null), Time.GetUtcNow());
        // What the process that died had written down: bytes and row.
        await using (var blob = await Blobs.StageAsync(new MemoryStream(TestPackage.Create()), 1_000_000))
            await Blobs.CommitAsync(blob);
        await Database.WriteAsync(s => PublicationRows.PutAsync(s, work, "running", "[]", "gone", Time.GetUtcNow().ToUnixTimeMilliseconds(), Time.GetUtcNow().ToUnixTimeMilliseconds()));

        Time.Advance(TimeSpan.FromSeconds(16));
        await TakeUpAsync(work.Id);

        var ended = (await Publications.FindAsync(work.Id))!;
        ended.State.ShouldBe(PublicationState.Visible);
        (await Catalog.FindVersionAsync("Notes", "1.0.0"))!.PublicationId.ShouldBe(work.Id);
    }

    [Fact]
    public async Task Of_two_that_take_up_one_publish_one_has_it()
    {
        var work = new PublishWork(Guid.NewGuid().ToString("N"), Request([]), await ReadAsync(TestPackage.Create()), new PackageTexts(null, null), Time.GetUtcNow());
        var now = Time.GetUtcNow().ToUnixTimeMilliseconds();
        await Database.WriteAsync(s => PublicationRows.PutAsync(s, work, "running", "[]", "gone", now - 1, now));

        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Database.WriteAsync(s => PublicationRows.ClaimAsync(s, work.Id, $"node{i}", now, now + 15_000))));

        claims.Count(claim => claim is not null).ShouldBe(1);
    }

    [Fact]
    public async Task A_package_that_took_the_process_down_each_time_is_held_without_another_look()
    {
        await using (var blob = await Blobs.StageAsync(new MemoryStream(TestPackage.Create()), 1_000_000))
            await Blobs.CommitAsync(blob);
        var work = new PublishWork(Guid.NewGuid().ToString("N"), Request([]), await ReadAsync(TestPackage.Create()), new PackageTexts(null, null), Time.GetUtcNow());
        var now = Time.GetUtcNow().ToUnixTimeMilliseconds();
        await Database.WriteAsync(s => PublicationRows.PutAsync(s, work, "running", "[]", "gone", now - 1, now));
        await Database.WriteAsync(s => s.ExecuteAsync("UPDATE publication SET attempts = 5"));

        await TakeUpAsync(work.Id);

        _scan.Runs.ShouldBe(0);
        var kept = (await Part<IKeptVersions>().FindAsync("Notes", "1.0.0"))!;
        kept.State.ShouldBe(VersionState.Held);
        kept.Stages.ShouldAllBe(stage => stage.Verdict == StageVerdicts.Failed);
    }

    private static PublishRequest Request(byte[] package) => new(Ada, false, new MemoryStream(package));

    private static async Task<Package> ReadAsync(byte[] package) => (await PackageReader.ReadAsync(new MemoryStream(package), PackageLimits.Default)).Package!;

    private async Task TakeUpAsync(string id)
    {
        var now = Time.GetUtcNow().ToUnixTimeMilliseconds();
        var row = await Database.WriteAsync(s => PublicationRows.ClaimAsync(s, id, "here", now, now + 15_000));
        await Part<Publisher>().ResumeAsync(row.ShouldNotBeNull(), CancellationToken.None);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var i = 0; i < 12_000 && !await holds(); i++)
            await Task.Delay(10);
        (await holds()).ShouldBeTrue();
    }

    public sealed class OnSqlite() : RunningPublishesTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : RunningPublishesTests(DatabaseKind.PostgreSql);
}
