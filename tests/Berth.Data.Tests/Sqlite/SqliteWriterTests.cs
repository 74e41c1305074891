using System.Buffers.Binary;
using Berth.Data.Sessions;

namespace Berth.Data.Tests.Sqlite;

/// <summary>Group commit: together on disk, apart in failure.</summary>
public sealed class SqliteWriterTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private IDatabase _database = null!;

    public async Task InitializeAsync()
    {
        _database = await Databases.OpenAsync("sqlite", _folder.Path);
        await _database.WriteAsync(s => s.ExecuteAsync("CREATE TABLE thing (id INTEGER PRIMARY KEY, filling BLOB)"));
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Writes_that_wait_together_cost_one_commit()
    {
        var (first, gate) = await HoldAsync();
        var others = Enumerable.Range(1, 10).Select(i => AddAsync(i)).ToList();
        var before = CommitsInLog();
        gate.SetResult();
        await first;
        await Task.WhenAll(others);

        (CommitsInLog() - before).ShouldBe(1);
        (await CountAsync()).ShouldBe(10);
    }

    [Fact]
    public async Task Nobody_is_answered_before_the_commit()
    {
        var (first, gate) = await HoldAsync();
        var second = AddAsync(1);
        var third = _database.WriteAsync(async s =>
        {
            await s.ExecuteAsync("INSERT INTO thing (id) VALUES (2)");
            // Same transaction: this one sees the row of the second, whose caller must still be waiting.
            (await s.ScalarAsync<long>("SELECT COUNT(*) FROM thing")).ShouldBe(2);
            return second.IsCompleted;
        });
        gate.SetResult();

        (await third).ShouldBeFalse();
        await second;
        await first;
    }

    [Fact]
    public async Task A_full_database_fails_the_write_that_fills_it_and_no_other()
    {
        await _database.WriteAsync(async s =>
        {
            var pages = await s.ScalarAsync<long>("PRAGMA page_count");
            return await s.ScalarAsync<long>($"PRAGMA max_page_count = {pages + 20}");
        });

        var (first, gate) = await HoldAsync();
        var before = AddAsync(1);
        var huge = AddAsync(2, new byte[10_000_000]);
        var after = AddAsync(3);
        gate.SetResult();

        await first;
        await before;
        var exception = await Should.ThrowAsync<DatabaseUnavailableException>(() => huge);
        await after;
        exception.Trouble.ShouldBe(DatabaseTrouble.Full);
        exception.Message.ShouldNotContain("thing");
        (await _database.ReadAsync(s => s.QueryAsync<long>("SELECT id FROM thing ORDER BY id"))).ShouldBe([1, 3]);
    }

    [Fact]
    public async Task A_write_that_is_cancelled_while_it_waits_is_answered_at_once_and_never_runs()
    {
        using var cancellation = new CancellationTokenSource();
        var (first, gate) = await HoldAsync();
        var waiting = AddAsync(1, cancellationToken: cancellation.Token);

        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        gate.SetResult();
        await first;

        await AddAsync(2);
        (await _database.ReadAsync(s => s.QueryAsync<long>("SELECT id FROM thing"))).ShouldBe([2]);
    }

    [Fact]
    public async Task A_continuation_does_not_run_on_the_writers_thread()
    {
        await AddAsync(1);

        Thread.CurrentThread.Name.ShouldNotBe("Berth SQLite writer");
        // It would be refused there: a write inside a write.
        await AddAsync(2);
    }

    [Fact]
    public async Task Writes_that_wait_at_the_end_are_still_committed()
    {
        var writes = Enumerable.Range(1, 50).Select(i => AddAsync(i)).ToList();
        await _database.DisposeAsync();
        await Task.WhenAll(writes);

        await using var again = await Databases.OpenAsync("sqlite", _folder.Path);
        (await again.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM thing"))).ShouldBe(50);
        await Should.ThrowAsync<ObjectDisposedException>(() => AddAsync(51));
    }

    [Fact]
    public async Task A_damaged_file_is_said_clearly()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, Databases.FileName), new string('x', 10_000));

        var exception = await Should.ThrowAsync<DatabaseUnavailableException>(() => Databases.OpenAsync("sqlite", folder.Path));

        exception.Message.ShouldContain("backup");
        exception.Message.ShouldNotContain(folder.Path);
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_is_said_clearly()
    {
        var file = Path.Combine(_folder.Path, "file");
        await File.WriteAllTextAsync(file, "");

        var exception = await Should.ThrowAsync<DatabaseUnavailableException>(() => Databases.OpenAsync("sqlite", Path.Combine(file, "data")));

        exception.Trouble.ShouldBe(DatabaseTrouble.ReadOnly);
        exception.Message.ShouldNotContain(_folder.Path);
    }

    /// <summary>A write that keeps the writer busy until the gate opens, so that what comes next waits together.</summary>
    private async Task<(Task First, TaskCompletionSource Gate)> HoldAsync()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = _database.WriteAsync(async s =>
        {
            started.TrySetResult();
            // A test that fails before it opens the gate must not hang.
            await gate.Task.WaitAsync(TimeSpan.FromMinutes(2));
            return await s.ScalarAsync<long>("SELECT 1");
        });
        await started.Task;
        return (first, gate);
    }

    private Task<int> AddAsync(long id, byte[]? filling = null, CancellationToken cancellationToken = default) =>
        _database.WriteAsync(s => s.ExecuteAsync("INSERT INTO thing (id, filling) VALUES (@id, @filling)", new { id, filling }), cancellationToken);

    private Task<long> CountAsync() => _database.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM thing"));

    /// <summary>Commit frames of the write-ahead log (https://www.sqlite.org/fileformat2.html, section 4.1).</summary>
    private int CommitsInLog()
    {
        using var file = new FileStream(Path.Combine(_folder.Path, Databases.FileName + "-wal"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        file.CopyTo(copy);
        var log = copy.ToArray().AsSpan();
        var pageSize = BinaryPrimitives.ReadInt32BigEndian(log[8..]);
        var commits = 0;
        for (var frame = 32; frame + 24 <= log.Length; frame += 24 + pageSize)
        {
            if (BinaryPrimitives.ReadInt32BigEndian(log[(frame + 4)..]) != 0)
                commits++;
        }

        return commits;
    }
}
