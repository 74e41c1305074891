using Berth.Host.Caches;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Caches;

public sealed class ContentCacheTests : IDisposable
{
    private static readonly PluginVersionId Notes = new("Notes", "1.0.0");
    private static readonly CacheOptions Options = new() { Entries = 8, TimeToLive = TimeSpan.FromMinutes(10) };
    private readonly MovableTime _time = new();
    private readonly ContentCache<string> _cache;
    private int _loads;

    public ContentCacheTests() => _cache = new ContentCache<string>("test", Options, _time);

    public void Dispose() => _cache.Dispose();

    [Fact]
    public async Task The_same_content_is_looked_at_once()
    {
        (await AskAsync("a")).ShouldBe("a 1");
        (await AskAsync("a")).ShouldBe("a 1");
        (await AskAsync("a")).ShouldBe("a 1");
        _cache.Figures.ShouldBe(new CacheFigures("test", 2, 1, 1));
        _cache.Figures.Ratio.ShouldBe(2 / 3.0);
    }

    [Fact]
    public async Task Other_content_and_other_rules_are_looked_at_anew()
    {
        await AskAsync("a");
        (await AskAsync("b")).ShouldBe("b 2");
        (await AskAsync("a", ruleSet: 2)).ShouldBe("a 3");
    }

    [Fact]
    public async Task An_entry_is_believed_for_its_time()
    {
        await AskAsync("a");
        _time.Advance(TimeSpan.FromMinutes(9));
        (await AskAsync("a")).ShouldBe("a 1");
        _time.Advance(TimeSpan.FromMinutes(2));
        (await AskAsync("a")).ShouldBe("a 2");
    }

    [Fact]
    public async Task A_manifest_may_shorten_the_time()
    {
        await AskAsync("a", new CachingWish(true, TimeSpan.FromMinutes(1)));
        _time.Advance(TimeSpan.FromMinutes(2));
        (await AskAsync("a")).ShouldBe("a 2");
    }

    [Fact]
    public async Task A_manifest_may_not_lengthen_the_time()
    {
        await AskAsync("a", new CachingWish(true, TimeSpan.FromDays(1)));
        _time.Advance(TimeSpan.FromMinutes(11));
        (await AskAsync("a")).ShouldBe("a 2");
    }

    [Fact]
    public async Task A_manifest_may_ask_for_nothing_to_be_kept()
    {
        await AskAsync("a", CachingWish.Never);
        (await AskAsync("a")).ShouldBe("a 2");
    }

    [Fact]
    public async Task A_stampede_loads_once()
    {
        var gate = new TaskCompletionSource();
        var askers = Enumerable.Range(0, 50).Select(_ => Task.Run(() => _cache.GetAsync(new ContentKey(Notes, 1, "a"), async () =>
        {
            Interlocked.Increment(ref _loads);
            await gate.Task;
            return "a";
        }, _ => CachingWish.Default).AsTask())).ToList();
        await Eventually.BeTrueAsync(() => _cache.Figures.Hits == 49);
        gate.SetResult();
        (await Task.WhenAll(askers)).ShouldAllBe(answer => answer == "a");
        _loads.ShouldBe(1);
        _cache.Figures.ShouldBe(new CacheFigures("test", 49, 1, 1));
    }

    [Fact]
    public async Task A_fault_is_told_to_all_who_wait_and_not_kept()
    {
        var key = new ContentKey(Notes, 1, "a");
        await Should.ThrowAsync<IOException>(() => _cache.GetAsync(key, () => Task.FromException<string>(new IOException("disk")), _ => CachingWish.Default).AsTask());
        (await AskAsync("a")).ShouldBe("a 1");
    }

    [Fact]
    public async Task Whoever_goes_away_ends_nobody_elses_wait()
    {
        var gate = new TaskCompletionSource();
        using var gone = new CancellationTokenSource();
        var key = new ContentKey(Notes, 1, "a");
        async Task<string> LoadAsync()
        {
            await gate.Task;
            return "a";
        }

        var first = _cache.GetAsync(key, LoadAsync, _ => CachingWish.Default, gone.Token).AsTask();
        var second = _cache.GetAsync(key, LoadAsync, _ => CachingWish.Default).AsTask();
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);
        gate.SetResult();
        (await second).ShouldBe("a");
    }

    [Fact]
    public async Task It_never_holds_more_than_its_bound()
    {
        for (var i = 0; i < 100; i++)
            await AskAsync("a" + i);
        _cache.Figures.Entries.ShouldBeLessThanOrEqualTo(8);
    }

    [Theory]
    [InlineData("notes", null, 2)]
    [InlineData(null, "Notes/1.*", 1)]
    [InlineData(null, "*/2.0.?", 2)]
    [InlineData("Board", "Notes/*", 0)]
    [InlineData(null, null, 3)]
    public async Task Entries_are_thrown_away_by_plugin_or_pattern(string? plugin, string? pattern, int expected)
    {
        foreach (var id in (PluginVersionId[])[Notes, new("Notes", "2.0.0"), new("Board", "2.0.1")])
            await _cache.GetAsync(new ContentKey(id, 1, "a"), () => Task.FromResult("a"), _ => CachingWish.Default);
        var selection = new CacheSelection(null, plugin, pattern);
        _cache.Invalidate(selection, isDryRun: true).ShouldBe(expected);
        _cache.Figures.Entries.ShouldBe(3);
        _cache.Invalidate(selection, isDryRun: false).ShouldBe(expected);
        _cache.Figures.Entries.ShouldBe(3 - expected);
    }

    [Fact]
    public async Task What_is_being_looked_at_during_an_invalidation_is_not_kept_and_nobody_new_waits_for_it()
    {
        var gate = new TaskCompletionSource();
        var key = new ContentKey(Notes, 1, "a");
        var early = _cache.GetAsync(key, async () =>
        {
            await gate.Task;
            return "old";
        }, _ => CachingWish.Default).AsTask();
        await Eventually.BeTrueAsync(() => _cache.Figures.Misses == 1);
        _cache.Invalidate(new CacheSelection(), isDryRun: false);
        (await AskAsync("a")).ShouldBe("a 1");
        gate.SetResult();
        (await early).ShouldBe("old");
        (await AskAsync("a")).ShouldBe("a 1");
    }

    private async Task<string> AskAsync(string content, CachingWish? wish = null, int ruleSet = 1) =>
        await _cache.GetAsync(new ContentKey(Notes, ruleSet, content), () => Task.FromResult($"{content} {++_loads}"), _ => wish ?? CachingWish.Default);
}
