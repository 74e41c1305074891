using Berth.Data.Sessions;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Tests.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Installations;

public sealed class InstallationSnapshotsTests
{
    [Fact]
    public async Task A_warm_read_asks_no_database_and_a_commit_replaces_the_snapshot()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var counting = new CountingDatabase(world.Database);
        var snapshots = new InstallationSnapshots(counting);
        var user = Guid.NewGuid().ToString("n");

        var first = await snapshots.OfUserAsync(user);
        ReferenceEquals(await snapshots.OfUserAsync(user), first).ShouldBeTrue();
        counting.Reads.ShouldBe(1);

        snapshots.Committed(user, "Charts", Plugin(user, "Charts"));
        (await snapshots.OfUserAsync(user)).TryFind("charts", out _).ShouldBeTrue();
        first.Plugins.ShouldBeEmpty();
        counting.Reads.ShouldBe(1);
        snapshots.Forget(user);
        (await snapshots.OfUserAsync(user)).Plugins.ShouldBeEmpty();
        counting.Reads.ShouldBe(2);
    }

    [Fact]
    public async Task Concurrent_cold_reads_ask_once_and_a_commit_in_between_is_not_lost()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var counting = new CountingDatabase(world.Database);
        var snapshots = new InstallationSnapshots(counting);
        var gate = new TaskCompletionSource();
        counting.AfterRead = () => gate.Task;
        var user = (await UpdateTests.InstalledAsync(world, "Charts", "1.0.0")).UserId;

        var reads = Enumerable.Range(0, 8).Select(_ => snapshots.OfUserAsync(user).AsTask()).ToList();
        await Eventually.BecomesAsync(() => Task.FromResult(counting.Reads == 1));
        snapshots.Committed(user, "Charts", null); // after the load has read, before it is kept
        gate.SetResult();

        await Task.WhenAll(reads);
        counting.Reads.ShouldBe(2);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(30)]
    public void Slugs_are_found_without_regard_to_case_however_many_there_are(int count)
    {
        var user = Guid.NewGuid().ToString("n");
        var installed = new UserInstallations(user, [.. Enumerable.Range(0, count).Select(i => Plugin(user, $"Plugin{i}"))]);

        installed.TryFind("PLUGIN2", out var plugin).ShouldBeTrue();
        plugin!.Slug.ShouldBe("Plugin2");
        installed.TryFind($"{user}_plugin2", out _).ShouldBeTrue();
        installed.TryFind($"{Guid.NewGuid():n}_Plugin2", out _).ShouldBeFalse();
        installed.TryFind("Plugin", out _).ShouldBeFalse();
        installed.TryFind("", out _).ShouldBeFalse();
    }

    [Fact]
    public void The_cache_is_bounded_and_keeps_what_is_used()
    {
        var cache = new BoundedSnapshots<int, string>(1_000);
        for (var i = 0; i < 20_000; i++)
            cache.Set(i, "x", 1);

        cache.Count.ShouldBeInRange(500, 1_001);
    }

    private static InstalledPlugin Plugin(string user, string slug) =>
        new InstallationRow($"{user}_{slug}", user, slug, "1.0.0", "d", 1, "{}", "[]", 1, null, null, null, 0, 0).ToSnapshot(user);

    private sealed class CountingDatabase(IDatabase inner) : IDatabase
    {
        public int Reads;

        public Func<Task> AfterRead { get; set; } = () => Task.CompletedTask;

        public DatabaseKind Kind => inner.Kind;

        public async Task<T> ReadAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(work, cancellationToken);
            Interlocked.Increment(ref Reads);
            await AfterRead();
            return read;
        }

        public Task<T> WriteAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken = default) => inner.WriteAsync(work, cancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
