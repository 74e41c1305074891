using Berth.Events;
using Berth.Host.Caches;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Caches;

public sealed class HostCachesTests : IDisposable
{
    private readonly RecordedEvents _events = new();
    private readonly HostCaches _caches;

    public HostCachesTests() => _caches = new HostCaches(new HostOptions(), TimeProvider.System, _events);

    public void Dispose() => _caches.Dispose();

    [Fact]
    public void There_are_four_of_them() => _caches.Figures.Select(cache => cache.Name).ShouldBe(["manifest", "verification", "scan", "declaration"]);

    [Fact]
    public async Task One_kind_is_thrown_away_and_said()
    {
        await FillAsync();
        _caches.Invalidate(new CacheSelection("scan", "Notes", null))!.ShouldBe(new Dictionary<string, int> { ["scan"] = 1 });
        _caches.Figures.Select(cache => cache.Entries).ShouldBe([0, 1, 0, 0]);
        _events.All.ShouldHaveSingleItem().ShouldBe(new CacheInvalidated("scan", "Notes", null, 1));
    }

    [Fact]
    public async Task All_kinds_are_thrown_away()
    {
        await FillAsync();
        _caches.Invalidate(new CacheSelection())!.Values.Sum().ShouldBe(2);
        _caches.Figures.ShouldAllBe(cache => cache.Entries == 0);
    }

    [Fact]
    public async Task A_dry_run_throws_nothing_away_and_says_nothing()
    {
        await FillAsync();
        _caches.Invalidate(new CacheSelection(), isDryRun: true)!.Values.Sum().ShouldBe(2);
        _caches.Figures.Sum(cache => cache.Entries).ShouldBe(2);
        _events.All.ShouldBeEmpty();
    }

    [Fact]
    public void A_cache_that_is_not_there_is_said_to_be_unknown() => _caches.Invalidate(new CacheSelection("cookies")).ShouldBeNull();

    private async Task FillAsync()
    {
        var key = new ContentKey(new PluginVersionId("Notes", "1.0.0"), 1, "a");
        await _caches.ScanVerdicts.GetAsync(key, () => Task.FromResult(new ScanVerdict(null, null)), _ => CachingWish.Default);
        await _caches.Verifications.GetAsync(key, () => Task.FromResult(new Verification(3)), _ => CachingWish.Default);
    }
}
