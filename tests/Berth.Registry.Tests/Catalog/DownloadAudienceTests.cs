using Berth.Registry.Catalog;

namespace Berth.Registry.Tests.Catalog;

public sealed class DownloadAudienceTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void A_caller_counts_once_for_each_version_and_day()
    {
        var audience = new DownloadAudience(_time);
        audience.Counts("Notes", "1.0.0", "ada", null).ShouldBeTrue();
        audience.Counts("Notes", "1.0.0", "ada", "berth/1.0").ShouldBeFalse();
        audience.Counts("Notes", "1.0.1", "ada", null).ShouldBeTrue();
        audience.Counts("Other", "1.0.0", "ada", null).ShouldBeTrue();
        audience.Counts("Notes", "1.0.0", "bob", null).ShouldBeTrue();
        _time.Advance(TimeSpan.FromDays(1));
        audience.Counts("Notes", "1.0.0", "ada", null).ShouldBeTrue();
    }

    [Theory]
    [InlineData("Mozilla/5.0 (compatible; Googlebot/2.1)", false)]
    [InlineData("SomeCrawler", false)]
    [InlineData("berth-mirror/1.0", false)]
    [InlineData("UptimeKeeper", false)]
    [InlineData("berth/1.0", true)]
    [InlineData("curl/8.5.0", true)]
    [InlineData("", true)]
    [InlineData(null, true)]
    public void Programs_that_fetch_everything_do_not_count(string? agent, bool counts) =>
        new DownloadAudience(_time).Counts("Notes", "1.0.0", "ada", agent).ShouldBe(counts);

    [Fact]
    public void Of_many_at_once_each_caller_counts_once()
    {
        var audience = new DownloadAudience(_time);
        var counted = 0;
        Parallel.For(0, 40_000, i =>
        {
            if (audience.Counts("Notes", "1.0.0", $"user{i % 5_000}", null))
                Interlocked.Increment(ref counted);
        });
        counted.ShouldBe(5_000);
    }

    [Fact]
    public void A_full_memory_forgets_repeats_and_never_a_first()
    {
        var audience = new DownloadAudience(_time);
        for (var i = 0; i < 600_000; i++)
            audience.Counts("Notes", "1.0.0", $"user{i}", null).ShouldBeTrue();
    }
}
