using Berth.Host.Caches;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Caches;

public sealed class ManifestCacheTests : IDisposable
{
    private static readonly PluginVersionId Notes = new("Notes", "1.0.0");
    private readonly string _folder = Directory.CreateTempSubdirectory("berth-manifest-").FullName;
    private readonly HostCaches _caches = new(new HostOptions(), new MovableTime(), new RecordedEvents());
    private readonly ManifestCache _manifests;

    public ManifestCacheTests() => _manifests = new ManifestCache(_caches);

    public void Dispose()
    {
        _caches.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task R65_An_unchanged_manifest_is_read_once()
    {
        Write("one", age: TimeSpan.FromMinutes(1));
        for (var i = 0; i < 10; i++)
            (await _manifests.ReadAsync(Notes, _folder))!.Description.ShouldBe("one");
        _caches.Figures[0].ShouldBe(new CacheFigures("manifest", 9, 1, 1));
        _caches.Figures[0].Ratio.ShouldBe(0.9);
    }

    [Fact]
    public async Task R44_A_manifest_that_was_changed_is_seen_at_once()
    {
        Write("one", age: TimeSpan.FromMinutes(1));
        (await _manifests.ReadAsync(Notes, _folder))!.Description.ShouldBe("one");
        Write("two", age: TimeSpan.FromSeconds(30));
        (await _manifests.ReadAsync(Notes, _folder))!.Description.ShouldBe("two");
    }

    [Fact]
    public async Task R44_A_manifest_that_is_changed_again_and_again_is_never_stale()
    {
        for (var i = 100; i < 300; i++)
        {
            Write($"text {i}", age: null);
            (await _manifests.ReadAsync(Notes, _folder))!.Description.ShouldBe($"text {i}");
        }
    }

    [Fact]
    public async Task A_manifest_may_ask_not_to_be_kept()
    {
        Write("one", TimeSpan.FromMinutes(1), """, "optimization": { "caching": { "manifestCache": false } }""");
        await _manifests.ReadAsync(Notes, _folder);
        await _manifests.ReadAsync(Notes, _folder);
        _caches.Figures[0].ShouldBe(new CacheFigures("manifest", 0, 2, 0));
    }

    [Fact]
    public async Task A_manifest_may_shorten_the_time_it_is_believed()
    {
        Write("one", TimeSpan.FromMinutes(1), """, "optimization": { "caching": { "ttl": "90s" } }""");
        (await _manifests.ReadAsync(Notes, _folder))!.CachingTimeToLive.ShouldBe(TimeSpan.FromSeconds(90));
    }

    [Fact]
    public async Task A_broken_manifest_is_a_fault_with_all_reasons_and_not_kept()
    {
        File.WriteAllText(Path.Combine(_folder, "plugin.json"), """{ "name": "Notes", "version": "one", "engines": 7 }""");
        var fault = await Should.ThrowAsync<InvalidDataException>(() => _manifests.ReadAsync(Notes, _folder).AsTask());
        fault.Message.ShouldContain("version");
        fault.Message.ShouldContain("engines");
        Write("mended", age: null);
        (await _manifests.ReadAsync(Notes, _folder))!.Description.ShouldBe("mended");
    }

    [Fact]
    public async Task Where_there_is_no_manifest_there_is_none() => (await _manifests.ReadAsync(Notes, _folder)).ShouldBeNull();

    private void Write(string description, TimeSpan? age, string more = "")
    {
        var path = Path.Combine(_folder, "plugin.json");
        File.WriteAllText(path, $$"""{ "name": "Notes", "version": "1.0.0", "description": "{{description}}", "module": { "assembly": "lib/net10.0/Notes.dll" }{{more}} }""");
        if (age is { } past)
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow - past);
    }
}
