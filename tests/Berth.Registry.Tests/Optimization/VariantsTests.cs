using Berth.Data.Sessions;
using Berth.Packaging.Variants;
using Berth.Registry.Catalog;
using Berth.Registry.Optimization.Tools;
using Berth.Registry.Optimization.Variants;
using Berth.Registry.Publishing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Berth.Registry.Tests.Optimization;

public abstract class VariantsTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    private const string Entry = "dist/index.js";

    private static byte[] Wordy(string words = "first", bool enabled = false) =>
        Bench.Pack(Entry, new { enabled }, (Entry, $"/* many words that say nothing, {words} */\nexport default {{ mount(aPlace) {{ aPlace.textContent = 'shown'; }} }};\n"));

    [Fact]
    public async Task An_ordered_variant_is_made_and_kept_as_a_package_of_its_own()
    {
        var package = Wordy();
        var version = await PublishedAsync(package);
        await using var node = AnotherNode(Database);
        var variants = node.GetRequiredService<IVariants>();

        (await variants.OrderAsync(version, Ada)).ShouldBeOfType<VariantOrder.Taken>().Variant.State.ShouldBe(VariantState.Queued);
        (await variants.FindOfferedAsync(version, "optimized")).ShouldBeNull();
        await MakeAllAsync(node);

        var made = (await variants.FindOfferedAsync(version, "optimized")).ShouldNotBeNull();
        made.SourceDigest.ShouldBe(version.Digest);
        made.Report!.SavedPercent.ShouldBeGreaterThan(20);
        var bytes = await DownloadAsync(made.Digest!);
        bytes.Length.ShouldBe((int)made.Size!);
        DigestOf(bytes).ShouldBe(made.Digest);
        var read = await Bench.ReadAsync(bytes);
        var statement = VariantStatement.Read(Registry.Optimization.PackageFiles.Read(new MemoryStream(bytes), read)[VariantStatement.Path])!;
        (statement.Slug, statement.Version, statement.SourceDigest).ShouldBe(("Clock", "1.0.0", version.Digest));
        (await DownloadAsync(version.Digest)).ShouldBe(package, "the author's bytes never change");
        (await Database.ReadAsync(s => s.QueryAsync<string>("SELECT subject FROM outbox WHERE type = 'berth.package.variant_made'"))).ShouldBe(["Clock@1.0.0"]);
    }

    [Fact]
    public async Task Ordering_again_changes_nothing_once_it_is_there()
    {
        var version = await PublishedAsync(Wordy());
        await using var node = AnotherNode(Database);
        var variants = node.GetRequiredService<IVariants>();
        await variants.OrderAsync(version, Ada);
        await MakeAllAsync(node);
        var first = await variants.FindAsync(version, "optimized");

        var again = (await variants.OrderAsync(version, Ada)).ShouldBeOfType<VariantOrder.Taken>().Variant;

        again.State.ShouldBe(VariantState.Ready);
        again.Digest.ShouldBe(first!.Digest);
        (await CountAsync("variant")).ShouldBe(1);
    }

    [Fact]
    public async Task What_a_process_was_making_when_it_died_is_made_after_the_next_start()
    {
        var version = await PublishedAsync(Wordy());
        await using var node = AnotherNode(Database);
        await node.GetRequiredService<IVariants>().OrderAsync(version, Ada);
        (await ClaimAsync()).ShouldNotBeNull();
        (await ClaimAsync()).ShouldBeNull("it is being made");

        Time.Advance(TimeSpan.FromMinutes(20));
        await MakeAllAsync(node);

        (await node.GetRequiredService<IVariants>().FindAsync(version, "optimized"))!.State.ShouldBe(VariantState.Ready);
    }

    [Fact]
    public async Task One_that_takes_its_process_down_again_and_again_is_given_up_and_the_original_stays()
    {
        var package = Wordy();
        var version = await PublishedAsync(package);
        await using var node = AnotherNode(Database);
        await node.GetRequiredService<IVariants>().OrderAsync(version, Ada);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            (await ClaimAsync())!.Attempts.ShouldBe(attempt);
            Time.Advance(TimeSpan.FromMinutes(20));
        }

        await MakeAllAsync(node);

        var ended = await node.GetRequiredService<IVariants>().FindAsync(version, "optimized");
        (ended!.State, ended.Code).ShouldBe((VariantState.Failed, "variant.failed"));
        (await DownloadAsync(version.Digest)).ShouldBe(package);
    }

    [Fact]
    public async Task A_lost_original_fails_the_variant_alone()
    {
        var version = await PublishedAsync(Wordy());
        await using var node = AnotherNode(Database);
        await node.GetRequiredService<IVariants>().OrderAsync(version, Ada);
        await Blobs.DeleteAsync(version.Digest);

        await MakeAllAsync(node);

        (await node.GetRequiredService<IVariants>().FindAsync(version, "optimized"))!.State.ShouldBe(VariantState.Failed);
        (await Catalog.FindVersionAsync("Clock", "1.0.0")).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_package_whose_manifest_asks_for_it_is_ordered_in_the_transaction_of_its_publish()
    {
        var stage = new VariantStage();
        foreach (var (package, ordered) in new[] { (Wordy("asked", enabled: true), 1L), (TestPackage.Create("Silent"), 1L) })
        {
            var read = await Bench.ReadAsync(package);
            var publish = new PublishContext(new PublishRequest(Ada, false, Stream.Null), read, () => new MemoryStream(package));
            var verdict = await stage.RunAsync(publish, CancellationToken.None);
            verdict.ShouldBeOfType<StageVerdict.Passed>();
            await Database.WriteAsync(async session =>
            {
                await stage.StoreAsync(session, publish, verdict, 1);
                return true;
            });
            (await CountAsync("variant")).ShouldBe(ordered);
        }
    }

    [Fact]
    public async Task A_held_version_waits_for_its_variant_until_it_is_visible()
    {
        var version = await PublishedAsync(Wordy());
        await SetStateAsync(VersionState.Held);
        await using var node = AnotherNode(Database);
        await node.GetRequiredService<IVariants>().OrderAsync(version, Ada);

        (await ClaimAsync()).ShouldBeNull();
        await SetStateAsync(VersionState.Visible);
        (await ClaimAsync()).ShouldNotBeNull();
    }

    [Fact]
    public async Task Variants_of_versions_that_are_gone_are_forgotten_at_the_start()
    {
        var version = await PublishedAsync(Wordy());
        await using var node = AnotherNode(Database);
        await node.GetRequiredService<IVariants>().OrderAsync(version, Ada);
        await MakeAllAsync(node);
        await SetStateAsync(VersionState.Deleted);

        await Database.WriteAsync(VariantRows.ForgetAsync);

        (await CountAsync("variant")).ShouldBe(0);
    }

    [Fact]
    public async Task What_only_a_missing_tool_kept_from_being_made_is_made_once_the_tool_is_there()
    {
        var version = await PublishedAsync(Wordy());
        await using (var without = AnotherNode(Database, new EsbuildLocation("/nowhere/esbuild")))
        {
            await without.GetRequiredService<IVariants>().OrderAsync(version, Ada);
            await MakeAllAsync(without);
            var missing = await without.GetRequiredService<IVariants>().FindAsync(version, "optimized");
            (missing!.State, missing.Code).ShouldBe((VariantState.Unavailable, "variant.tool_missing"));
        }

        await Database.WriteAsync(session => VariantRows.ReviveAsync(session, 1, 0, hasTool: true));
        await using var node = AnotherNode(Database);
        await MakeAllAsync(node);
        (await node.GetRequiredService<IVariants>().FindAsync(version, "optimized"))!.State.ShouldBe(VariantState.Ready);
    }

    [Fact]
    public async Task A_preview_says_what_would_come_out_and_keeps_nothing()
    {
        var version = await PublishedAsync(Wordy());
        await using var node = AnotherNode(Database);
        var files = StoredFiles();

        var preview = (await node.GetRequiredService<IVariants>().PreviewAsync(version)).ShouldBeOfType<VariantPreview.Shown>();

        preview.WouldBeMade.ShouldBeTrue();
        preview.Report.Stages.Select(stage => stage.Name).ShouldBe(["test_files", "source_maps", "bundle", "minify"]);
        (await CountAsync("variant")).ShouldBe(0);
        StoredFiles().ShouldBe(files);
        (await node.GetRequiredService<IVariants>().PreviewAsync(new MemoryStream("no package"u8.ToArray()))).ShouldBeOfType<VariantPreview.NoPackage>();
        StoredFiles().ShouldBe(files);
    }

    [Fact]
    public async Task The_service_makes_what_is_ordered_while_it_runs()
    {
        var version = await PublishedAsync(Wordy());
        await using var node = AnotherNode(Database);
        var service = node.GetServices<IHostedService>().OfType<VariantService>().Single();
        await service.StartAsync(CancellationToken.None);
        var variants = node.GetRequiredService<IVariants>();
        await variants.OrderAsync(version, Ada);
        for (var i = 0; i < 2400 && (await variants.FindAsync(version, "optimized"))!.State != VariantState.Ready; i++)
            await Task.Delay(50);
        await service.StopAsync(CancellationToken.None);

        (await variants.FindAsync(version, "optimized"))!.State.ShouldBe(VariantState.Ready);
    }

    private ServiceProvider AnotherNode(IDatabase database, EsbuildLocation location) => Services(database).AddSingleton(location).BuildServiceProvider();

    private async Task MakeAllAsync(ServiceProvider node)
    {
        while (await ClaimAsync() is { } claimed)
            await node.GetRequiredService<VariantMaker>().MakeAsync(claimed, CancellationToken.None);
    }

    private Task<ClaimedVariant?> ClaimAsync()
    {
        var now = Time.GetUtcNow().ToUnixTimeMilliseconds();
        return Database.WriteAsync(session => VariantRows.ClaimAsync(session, now, now - 900_000));
    }

    private Task<int> SetStateAsync(string state) => Database.WriteAsync(session => session.ExecuteAsync("UPDATE package_version SET state = @state", new { state }));
}

public sealed class VariantsOnSqliteTests() : VariantsTests(DatabaseKind.Sqlite);

public sealed class VariantsOnPostgreSqlTests() : VariantsTests(DatabaseKind.PostgreSql);
