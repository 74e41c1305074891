using System.Security.Cryptography;
using Berth.Events;
using Berth.Host.Caches;
using Berth.Host.Tests.Beds;
using Berth.Packaging.Manifest;

namespace Berth.Host.Tests.Caches;

/// <summary>A copy of a golden plugin that a test may write to, an hour old, with the digests of its package.</summary>
public sealed class CachedStagesTests : IAsyncLifetime
{
    private static readonly PluginVersionId Echo = new("Echo", "1.0.0");
    private static readonly DateTime Then = DateTime.UtcNow.AddHours(-1);
    private readonly string _folder = Directory.CreateTempSubdirectory("berth-stages-").FullName;
    private PluginBed _bed = null!;

    private string Assembly => Path.Combine(_folder, "lib/net10.0/Echo.dll");

    public async Task InitializeAsync()
    {
        var from = Path.Combine(FixtureSource.Root, "Echo", "1.0.0");
        foreach (var path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(_folder, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(path, to);
            File.SetLastWriteTimeUtc(to, Then);
        }

        var digests = Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetRelativePath(_folder, path), path => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));
        _bed = await PluginBed.StartAsync();
        _bed.Source.Change = files => files with { Directory = _folder, Digest = "the package's", FileDigests = digests };
    }

    public async Task DisposeAsync()
    {
        await _bed.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task R65_A_second_load_finds_in_the_caches_what_the_first_found_out()
    {
        await LoadAsync();
        await LoadAsync();
        await LoadAsync();
        Verified().ShouldBe([false, true, true]);
        Figures("verification").ShouldBe(new CacheFigures("verification", 2, 1, 1));
        Figures("scan").ShouldBe(new CacheFigures("scan", 2, 1, 1));
        Figures("scan").Ratio.ShouldBe(2 / 3.0);
    }

    [Fact]
    public async Task Bytes_that_were_changed_on_disk_are_seen_while_the_entry_lives()
    {
        await LoadAsync();
        var bytes = await File.ReadAllBytesAsync(Assembly);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(Assembly, bytes);
        File.SetLastWriteTimeUtc(Assembly, Then.AddSeconds(1));
        (await _bed.FailAsync("Echo")).Code.ShouldBe("plugin.integrity_failed");
    }

    [Fact]
    public async Task A_fault_is_not_kept()
    {
        var stray = Path.Combine(_folder, "lib/net10.0/stray.dll");
        await File.WriteAllTextAsync(stray, "");
        (await _bed.FailAsync("Echo")).Reason.ShouldContain("is not a file of the package");
        File.Delete(stray);
        _bed.Pool.Release(Echo).ShouldBeTrue();
        await LoadAsync();
        Verified().ShouldBe([false]);
    }

    [Fact]
    public async Task Files_that_were_written_just_now_are_looked_at_each_time()
    {
        File.SetLastWriteTimeUtc(Assembly, DateTime.UtcNow.AddHours(1));
        await LoadAsync();
        await LoadAsync();
        Verified().ShouldBe([false, false]);
        Figures("scan").Hits.ShouldBe(0);
    }

    [Fact]
    public async Task An_entry_ends_with_its_time()
    {
        await LoadAsync();
        _bed.Time.Advance(TimeSpan.FromMinutes(11));
        await LoadAsync();
        Verified().ShouldBe([false, false]);
    }

    [Fact]
    public async Task A_manifest_may_shorten_the_time_or_ask_for_nothing_to_be_kept()
    {
        Wish("""{ "ttl": "30s", "securityCache": false }""");
        await LoadAsync();
        await LoadAsync();
        _bed.Time.Advance(TimeSpan.FromSeconds(31));
        await LoadAsync();
        Verified().ShouldBe([false, true, false]);
        Figures("scan").ShouldBe(new CacheFigures("scan", 0, 3, 0));
    }

    [Fact]
    public async Task What_an_administrator_throws_away_is_found_out_again()
    {
        await LoadAsync();
        _bed.Caches.Invalidate(new CacheSelection(Plugin: "Echo"))!.ShouldBe(new Dictionary<string, int> { ["manifest"] = 0, ["verification"] = 1, ["scan"] = 1, ["declaration"] = 1 });
        await LoadAsync();
        Verified().ShouldBe([false, false]);
        _bed.Events.Of<CacheInvalidated>().Count.ShouldBe(4);
    }

    private void Wish(string caching)
    {
        var manifest = ManifestReader.Read(System.Text.Encoding.UTF8.GetBytes(
            $$"""{ "name": "Echo", "version": "1.0.0", "module": { "assembly": "lib/net10.0/Echo.dll" }, "optimization": { "caching": {{caching}} } }""")).Manifest!;
        var change = _bed.Source.Change;
        _bed.Source.Change = files => change(files) with { Manifest = manifest };
    }

    private async Task LoadAsync()
    {
        (await _bed.LeaseAsync("Echo")).Dispose();
        (await _bed.Pool.UnloadAsync(Echo)).ShouldBeOfType<UnloadOutcome.Unloaded>();
    }

    private IEnumerable<bool> Verified() => _bed.Events.Of<PluginVerified>().Select(verified => verified.FromCache);

    private CacheFigures Figures(string name) => _bed.Caches.Figures.Single(cache => cache.Name == name);
}
