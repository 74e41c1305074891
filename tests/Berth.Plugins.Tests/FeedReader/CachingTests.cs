using FeedReader.Fetching;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Berth.Plugins.Tests.FeedReader;

/// <summary>What is remembered, for how long, and what a server is asked then.</summary>
public sealed class CachingTests
{
    private const string Xml = "<rss version=\"2.0\"><channel><title>t</title></channel></rss>";
    private static readonly DateTimeOffset Modified = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly FixedTime _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_fresh_feed_is_answered_from_memory()
    {
        await using var server = await FeedServer.ServingAsync(Xml);
        await using var reader = await FeedReaderFixture.StartAsync(time: _time);

        (await SourceAsync(reader, server.Url())).ShouldBe("fetched");
        _time.Now += TimeSpan.FromMinutes(14);
        (await SourceAsync(reader, server.Url())).ShouldBe("memory");
        (await SourceAsync(reader, server.Url() + "#part")).ShouldBe("memory");
        server.Requests.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stale_feed_is_asked_for_conditionally_and_304_makes_it_fresh(bool byETag)
    {
        await using var server = await FeedServer.StartAsync(http => AnswerConditionallyAsync(http, byETag));
        await using var reader = await FeedReaderFixture.StartAsync(time: _time);

        (await SourceAsync(reader, server.Url())).ShouldBe("fetched");
        _time.Now += TimeSpan.FromMinutes(16);
        (await SourceAsync(reader, server.Url())).ShouldBe("unchanged");
        _time.Now += TimeSpan.FromMinutes(14);
        (await SourceAsync(reader, server.Url())).ShouldBe("memory");
        server.Requests.ShouldBe(2);
    }

    [Fact]
    public async Task A_feed_that_changed_is_fetched_anew()
    {
        var title = "one";
        await using var server = await FeedServer.StartAsync(http =>
            http.Response.WriteAsync($"<rss version=\"2.0\"><channel><title>{title}</title></channel></rss>"));
        await using var reader = await FeedReaderFixture.StartAsync(time: _time, settings: """{"refreshMinutes":1}""");
        await reader.ReadFeedAsync(server.Url());

        title = "two";
        _time.Now += TimeSpan.FromMinutes(2);

        (await reader.ReadFeedAsync(server.Url()))["feed"]!["title"]!.GetValue<string>().ShouldBe("two");
    }

    [Fact]
    public async Task A_refused_feed_is_not_remembered()
    {
        var xml = "<broken";
        await using var server = await FeedServer.StartAsync(http => http.Response.WriteAsync(xml));
        await using var reader = await FeedReaderFixture.StartAsync(time: _time);
        await reader.GetFeedAsync(server.Url());

        xml = Xml;

        (await SourceAsync(reader, server.Url())).ShouldBe("fetched");
    }

    [Fact]
    public async Task However_many_feeds_are_read_a_bounded_number_is_remembered()
    {
        const int feeds = 40;
        const int bound = 5;
        await using var server = await FeedServer.ServingAsync(Xml);
        await using var reader = await FeedReaderFixture.StartAsync(time: _time, limits: new FeedLimits { MaxRemembered = bound });

        for (var i = 0; i < feeds; i++)
            await reader.ReadFeedAsync(server.Url($"feed{i}"));
        var before = server.Requests;
        for (var i = 0; i < feeds; i++)
            await reader.ReadFeedAsync(server.Url($"feed{i}"));

        (server.Requests - before).ShouldBeGreaterThanOrEqualTo(feeds - bound);
    }

    private static async Task<string> SourceAsync(RunningPlugin reader, string url) =>
        (await reader.ReadFeedAsync(url))["source"]!.GetValue<string>();

    private static async Task AnswerConditionallyAsync(HttpContext http, bool byETag)
    {
        var headers = http.Response.GetTypedHeaders();
        if (byETag)
            headers.ETag = new EntityTagHeaderValue("\"v1\"");
        else
            headers.LastModified = Modified;

        var request = http.Request.GetTypedHeaders();
        var isKnown = byETag ? request.IfNoneMatch.Any(tag => tag.Tag == "\"v1\"") : request.IfModifiedSince == Modified;
        if (isKnown)
            http.Response.StatusCode = StatusCodes.Status304NotModified;
        else
            await http.Response.WriteAsync(Xml);
    }
}
