using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Berth.Plugins.Tests.FeedReader;

/// <summary>A user's subscriptions, and the newest items of all of them.</summary>
public sealed class SubscriptionTests
{
    [Fact]
    public async Task A_feed_is_followed_once_listed_and_left()
    {
        await using var reader = await FeedReaderFixture.StartAsync(isGranted: false);

        var added = await FollowAsync(reader, "https://example.org/feed", "News");
        added.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await FollowAsync(reader, "https://example.org/feed#again")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await FollowAsync(reader, "https://example.org/other")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await UrlsAsync(reader)).ShouldBe(["https://example.org/feed", "https://example.org/other"]);

        var address = new Uri(added.RequestMessage!.RequestUri!, added.Headers.Location!);
        (await reader.Client.DeleteAsync(address)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var byUrl = new Uri("subscriptions?url=" + Uri.EscapeDataString("https://example.org/other"), UriKind.Relative);
        (await reader.Client.DeleteAsync(byUrl)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await (await reader.Client.DeleteAsync(byUrl)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "subscriptions.not_found");
        (await UrlsAsync(reader)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_no_address_or_no_title_is_refused()
    {
        await using var reader = await FeedReaderFixture.StartAsync();

        await (await FollowAsync(reader, "nowhere")).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "feed.url.invalid");
        await (await FollowAsync(reader, "https://example.org/", new string('x', 201))).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "subscriptions.invalid");
        var malformed = await reader.Client.PostAsJsonAsync("subscriptions", (int[])[1]);
        await malformed.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");
        (await UrlsAsync(reader)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_hundred_and_first_feed_is_one_too_many()
    {
        await using var reader = await FeedReaderFixture.StartAsync();
        for (var i = 0; i < 100; i++)
            (await FollowAsync(reader, $"https://example.org/{i}")).EnsureSuccessStatusCode();

        await (await FollowAsync(reader, "https://example.org/last")).ShouldBeProblemAsync(HttpStatusCode.Conflict, "subscriptions.full");
        (await FollowAsync(reader, "https://example.org/0")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_newest_items_of_all_feeds_come_in_one_list_and_a_broken_feed_is_named()
    {
        await using var one = await FeedServer.ServingAsync(Feed("One", ("a", "2026-11-01"), ("c", "2026-11-03")));
        await using var two = await FeedServer.ServingAsync(Feed("Two", ("b", "2026-11-02")));
        await using var broken = await FeedServer.ServingAsync("<rss");
        await using var reader = await FeedReaderFixture.StartAsync();
        foreach (var server in (FeedServer[])[one, two, broken])
            await FollowAsync(reader, server.Url());

        var answer = (await reader.Client.GetFromJsonAsync<JsonNode>("entries?limit=2"))!;

        answer["entries"]!.AsArray().Select(entry => entry!["item"]!["title"]!.GetValue<string>()).ShouldBe(["c", "b"]);
        answer["failed"]!.AsArray().Single()!["code"]!.GetValue<string>().ShouldBe("feed.malformed");
        answer["failed"]![0]!["url"]!.GetValue<string>().ShouldBe(broken.Url());
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("0")]
    [InlineData("201")]
    [InlineData("99999999999")]
    public async Task A_limit_that_is_none_is_refused(string limit)
    {
        await using var reader = await FeedReaderFixture.StartAsync();

        var answer = await reader.Client.GetAsync(new Uri($"entries?limit={limit}", UriKind.Relative));

        await answer.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "entries.limit.invalid");
    }

    private static string Feed(string title, params (string Title, string Day)[] items) =>
        $"<rss version=\"2.0\"><channel><title>{title}</title>"
        + string.Concat(items.Select(item => $"<item><title>{item.Title}</title><pubDate>{item.Day}</pubDate></item>"))
        + "</channel></rss>";

    private static Task<HttpResponseMessage> FollowAsync(RunningPlugin reader, string url, string? title = null) =>
        reader.Client.PostAsJsonAsync("subscriptions", new { url, title });

    private static async Task<IReadOnlyList<string>> UrlsAsync(RunningPlugin reader)
    {
        var list = await reader.Client.GetFromJsonAsync<JsonNode>("subscriptions");
        return [.. list!["subscriptions"]!.AsArray().Select(one => one!["url"]!.GetValue<string>())];
    }
}
