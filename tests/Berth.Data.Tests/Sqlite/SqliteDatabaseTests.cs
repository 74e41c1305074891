using System.Diagnostics;
using Berth.Data.Sessions;
using Berth.Data.Tests.Sessions;

namespace Berth.Data.Tests.Sqlite;

public sealed class SqliteDatabaseTests : DatabaseTests, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Commits_are_flushed_and_foreign_keys_are_on_on_every_connection()
    {
        (await Database.WriteAsync(s => s.ScalarAsync<string>("PRAGMA journal_mode"))).ShouldBe("wal");
        foreach (var run in new[] { Database.WriteAsync<long>, Database.ReadAsync<long> })
        {
            (await run(s => s.ScalarAsync<long>("PRAGMA synchronous"), default)).ShouldBe(2);
            (await run(s => s.ScalarAsync<long>("PRAGMA foreign_keys"), default)).ShouldBe(1);
        }
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_another_open()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => AddUserAsync("user" + i)));
        await Database.DisposeAsync();

        await using var again = await OpenAsync();
        (await again.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM users"))).ShouldBe(50);
    }

    [Fact]
    public async Task A_write_inside_a_write_is_refused_instead_of_waiting_for_ever()
    {
        await Should.ThrowAsync<InvalidOperationException>(() => Database.WriteAsync(_ => AddUserAsync("ada")));

        await AddUserAsync("ada");
    }

    [Fact]
    public async Task R20_Locked_by_another_process_is_said_clearly_and_passes()
    {
        await AddUserAsync("ada");
        using (var other = OtherProcess.Lock(Path.Combine(_folder.Path, Databases.FileName)))
        {
            var waited = Stopwatch.StartNew();
            var writes = Enumerable.Range(0, 5).Select(i => AddUserAsync("locked" + i)).ToList();
            foreach (var write in writes)
            {
                var exception = await Should.ThrowAsync<DatabaseUnavailableException>(() => write);
                exception.Trouble.ShouldBe(DatabaseTrouble.Locked);
                exception.Message.ShouldNotContain(_folder.Path);
            }

            // The two clocks need not agree to the millisecond.
            waited.Elapsed.ShouldBeGreaterThan(TimeSpan.FromMilliseconds(250));
            (await CountUsersAsync()).ShouldBe(1, "reads go on while another process writes");
        }

        await AddUserAsync("bob");
        (await CountUsersAsync()).ShouldBe(2);
    }

    protected override Task<IDatabase> OpenAsync() =>
        Databases.OpenAsync("sqlite", _folder.Path, new DatabaseOptions { BusyTimeout = TimeSpan.FromMilliseconds(300) });
}
