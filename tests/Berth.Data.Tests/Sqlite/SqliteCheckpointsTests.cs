using Berth.Data.Sessions;

namespace Berth.Data.Tests.Sqlite;

public sealed class SqliteCheckpointsTests : IDisposable
{
    private const int PageBytes = 4_096;
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_log_stays_bounded_while_writes_never_pause()
    {
        // 160 MB through the log, four writers at once, nobody ever idle.
        const int Writers = 4, Writes = 2_500, BytesOfAWrite = 16_384;
        await using (var database = await Databases.OpenAsync("sqlite", _folder.Path))
        {
            await database.WriteAsync(session => session.ExecuteAsync("CREATE TABLE blobs (id TEXT PRIMARY KEY, bytes BLOB)"));
            await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
            {
                for (var i = 0; i < Writes; i++)
                {
                    var id = $"{writer}/{i % 50}";
                    await database.WriteAsync(session => session.ExecuteAsync(
                        "INSERT INTO blobs (id, bytes) VALUES (@id, zeroblob(@size)) ON CONFLICT (id) DO UPDATE SET bytes = zeroblob(@size)", new { id, size = BytesOfAWrite }));
                }
            }));

            new FileInfo(Path.Combine(_folder.Path, Databases.FileName + "-wal")).Length.ShouldBeLessThan(16_384L * PageBytes);
        }

        // The last one out puts the whole log into the file.
        File.Exists(Path.Combine(_folder.Path, Databases.FileName + "-wal")).ShouldBeFalse();
        await using var again = await Databases.OpenAsync("sqlite", _folder.Path);
        (await again.ReadAsync(session => session.ScalarAsync<long>("SELECT COUNT(*) FROM blobs"))).ShouldBe(Writers * 50);
    }
}
