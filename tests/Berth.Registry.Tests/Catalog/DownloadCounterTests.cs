using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Search;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Berth.Registry.Tests.Catalog;

public abstract class DownloadCounterTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    [Fact]
    public async Task Every_download_is_counted_once_while_flushes_run()
    {
        await PublishedAsync(TestPackage.Create(version: "1.0.0", content: "one"));
        await PublishedAsync(TestPackage.Create(version: "2.0.0", content: "two"));
        using var done = new CancellationTokenSource();
        var flushing = Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
                await Downloads.FlushAsync();
        })));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
                Downloads.Count("Notes", i % 4 == 0 ? "1.0.0" : "2.0.0");
        })));
        await done.CancelAsync();
        await flushing;
        await Downloads.FlushAsync();

        (await Catalog.DownloadsAsync("notes")).ShouldBe(new Dictionary<string, long> { ["1.0.0"] = 20_000, ["2.0.0"] = 60_000 }, ignoreOrder: true);
        (await Database.ReadAsync(s => s.ScalarAsync<long>("SELECT downloads FROM package_listing"))).ShouldBe(80_000);
    }

    [Fact]
    public async Task Downloads_are_kept_by_day()
    {
        await PublishedAsync(TestPackage.Create());
        Downloads.Count("Notes", "1.0.0");
        Time.Advance(TimeSpan.FromDays(1));
        Downloads.Count("Notes", "1.0.0");
        Downloads.Count("Notes", "1.0.0");
        await Downloads.FlushAsync();

        var days = await Database.ReadAsync(s => s.QueryAsync<Day>("SELECT day AS name, count FROM download_daily ORDER BY day"));

        days.ShouldBe([new("2026-01-02", 1), new("2026-01-03", 2)]);
        (await Catalog.DownloadsAsync("Notes"))["1.0.0"].ShouldBe(3);
    }

    [Fact]
    public async Task What_a_failed_flush_could_not_write_is_written_by_the_next()
    {
        await PublishedAsync(TestPackage.Create());
        for (var i = 0; i < 3; i++)
            Downloads.Count("Notes", "1.0.0");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await using (var gone = await ClosedDatabaseAsync())
        {
            using var search = new SearchState(gone, Time);
            using var counter = new DownloadCounter(gone, Time, search);
            counter.Count("Notes", "1.0.0");
            await Should.ThrowAsync<ObjectDisposedException>(() => counter.FlushAsync());
            await Should.ThrowAsync<ObjectDisposedException>(() => counter.FlushAsync(), "the count is still there to be written");
        }

        await Should.ThrowAsync<OperationCanceledException>(() => Downloads.FlushAsync(cancelled.Token));
        await Downloads.FlushAsync();

        (await Catalog.DownloadsAsync("Notes"))["1.0.0"].ShouldBe(3);
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_counts_once()
    {
        await PublishedAsync(TestPackage.Create());
        var batch = new DownloadBatch("b1", [new DownloadCount(new DownloadKey("Notes", "1.0.0", 739_000), 5)]);

        (await Database.WriteAsync(session => batch.WriteAsync(session, Time.GetUtcNow()))).ShouldBeTrue();
        (await Database.WriteAsync(session => batch.WriteAsync(session, Time.GetUtcNow()))).ShouldBeFalse();

        (await Catalog.DownloadsAsync("Notes"))["1.0.0"].ShouldBe(5);
        (await Database.ReadAsync(s => s.ScalarAsync<long>("SELECT downloads FROM package_listing"))).ShouldBe(5);
        Time.Advance(TimeSpan.FromDays(3));
        await Database.WriteAsync(session => (batch with { Id = "b2" }).WriteAsync(session, Time.GetUtcNow()));
        (await CountAsync("download_batch")).ShouldBe(1, "names of writes long past are forgotten");
    }

    [Fact]
    public async Task The_hosted_part_flushes_when_it_stops()
    {
        await PublishedAsync(TestPackage.Create());
        await using var node = AnotherNode(Database);
        var hosted = node.GetServices<IHostedService>().OfType<DownloadFlushService>().ShouldHaveSingleItem();
        await hosted.StartAsync(CancellationToken.None);
        node.GetRequiredService<IDownloadCounter>().Count("Notes", "1.0.0");

        await hosted.StopAsync(CancellationToken.None);

        (await Catalog.DownloadsAsync("Notes"))["1.0.0"].ShouldBe(1);
    }

    private static async Task<IDatabase> ClosedDatabaseAsync()
    {
        using var folder = new Berth.Data.Tests.TestFolder();
        var database = await Databases.OpenAsync("sqlite", folder.Path);
        await database.DisposeAsync();
        return database;
    }

    private sealed record Day(string Name, long Count);

    public sealed class OnSqlite() : DownloadCounterTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : DownloadCounterTests(DatabaseKind.PostgreSql);
}
