using System.Net;
using System.Net.Sockets;
using FeedReader.Fetching;
using Microsoft.AspNetCore.Http;

namespace Berth.Plugins.Tests.FeedReader;

/// <summary>What strangers' servers send: each is a problem that says what is wrong, and the plugin answers the next request.</summary>
public sealed class BadFeedTests
{
    private const string GoodFeed = "<rss version=\"2.0\"><channel><title>t</title></channel></rss>";

    [Theory]
    [InlineData("<rss><channel>", "feed.malformed")]
    [InlineData("", "feed.malformed")]
    [InlineData("<rss version=\"2.0\"/>", "feed.format")]
    [InlineData("<opml version=\"2.0\"/>", "feed.format")]
    [InlineData("<html><body/></html>", "feed.web_page")]
    [InlineData("<!DOCTYPE rss [<!ENTITY a \"x\">]><rss><channel><title>&a;</title></channel></rss>", "feed.dtd")]
    public Task A_document_that_is_no_feed_is_told_for_what_it_is(string xml, string code) => ShouldBeRefusedAsync(xml, code);

    [Fact]
    public Task An_entity_bomb_is_refused_before_it_expands() => ShouldBeRefusedAsync(
        """
        <?xml version="1.0"?>
        <!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
        <!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">]>
        <rss version="2.0"><channel><title>&e;&e;&e;</title></channel></rss>
        """,
        "feed.dtd");

    [Fact]
    public async Task An_external_entity_is_never_fetched()
    {
        await using var secret = await FeedServer.ServingAsync("secret");

        await ShouldBeRefusedAsync($"<!DOCTYPE rss [<!ENTITY x SYSTEM \"{secret.Url()}\">]><rss><channel><title>&x;</title></channel></rss>", "feed.dtd");

        secret.Requests.ShouldBe(0);
    }

    [Fact]
    public Task Deep_nesting_is_refused_before_it_can_end_the_process()
    {
        const int depth = 200_000;
        var nested = string.Concat(Enumerable.Repeat("<a>", depth)) + string.Concat(Enumerable.Repeat("</a>", depth));
        return ShouldBeRefusedAsync($"<rss version=\"2.0\"><channel><title>{nested}</title></channel></rss>", "feed.too_complex");
    }

    [Fact]
    public async Task A_web_page_is_called_one()
    {
        await using var server = await FeedServer.ServingAsync("<!doctype html><p>hello<br>", "text/html; charset=utf-8");
        await using var reader = await FeedReaderFixture.StartAsync();

        await (await reader.GetFeedAsync(server.Url())).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "feed.web_page");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_huge_feed_is_given_up_at_the_bound(bool statesLength)
    {
        var limits = new FeedLimits { MaxBytes = 64 * 1024 };
        await using var server = await FeedServer.StartAsync(async http =>
        {
            http.Response.ContentLength = statesLength ? 10_000_000_000 : null;
            var part = new byte[16 * 1024];
            // Without an end: only a reader that gives up ends this.
            while (!http.RequestAborted.IsCancellationRequested)
                await http.Response.Body.WriteAsync(part, http.RequestAborted);
        });
        await using var reader = await FeedReaderFixture.StartAsync(limits: limits);

        await (await reader.GetFeedAsync(server.Url())).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "feed.too_large");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_never_finishes_is_given_up(bool sendsHeaders)
    {
        await using var server = await FeedServer.StartAsync(async http =>
        {
            if (sendsHeaders)
            {
                await http.Response.WriteAsync("<rss>");
                await http.Response.Body.FlushAsync();
            }

            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        await using var reader = await FeedReaderFixture.StartAsync(limits: new FeedLimits { Timeout = TimeSpan.FromMilliseconds(200) });

        await (await reader.GetFeedAsync(server.Url())).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "feed.too_slow");
    }

    [Theory]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(304)]
    public async Task An_answer_that_is_no_success_is_told_with_its_number(int status)
    {
        await using var server = await FeedServer.StartAsync(http =>
        {
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        await using var reader = await FeedReaderFixture.StartAsync();

        var problem = await (await reader.GetFeedAsync(server.Url())).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "feed.status");

        problem["detail"]!.GetValue<string>().ShouldContain($"{status}");
    }

    [Fact]
    public async Task A_connection_that_breaks_in_the_middle_is_unreachable()
    {
        await using var server = await FeedServer.StartAsync(async http =>
        {
            http.Response.ContentLength = 1000;
            await http.Response.WriteAsync("<rss>");
            await http.Response.Body.FlushAsync();
            http.Abort();
        });
        await using var reader = await FeedReaderFixture.StartAsync();

        await (await reader.GetFeedAsync(server.Url())).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "feed.unreachable");
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unreachable()
    {
        await using var reader = await FeedReaderFixture.StartAsync();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();

        await (await reader.GetFeedAsync($"http://127.0.0.1:{port}/")).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "feed.unreachable");
    }

    [Theory]
    [InlineData("")]
    [InlineData("feed.xml")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.org/feed")]
    [InlineData("http://user:secret@example.org/")]
    [InlineData("javascript:alert(1)")]
    public async Task An_address_that_is_none_is_refused(string url)
    {
        await using var reader = await FeedReaderFixture.StartAsync();

        await (await reader.GetFeedAsync(url)).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "feed.url.invalid");
    }

    [Fact]
    public async Task Without_the_users_grant_nothing_is_fetched_not_even_from_memory()
    {
        await using var server = await FeedServer.ServingAsync(GoodFeed);
        await using var reader = await FeedReaderFixture.StartAsync(isGranted: false);

        var answer = await reader.GetFeedAsync(server.Url());

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await answer.Content.ReadAsStringAsync()).ShouldBe(Capabilities.HttpClient);
        server.Requests.ShouldBe(0);
    }

    private static async Task ShouldBeRefusedAsync(string xml, string code)
    {
        await using var server = await FeedServer.ServingAsync(xml);
        await using var good = await FeedServer.ServingAsync(GoodFeed);
        await using var reader = await FeedReaderFixture.StartAsync();

        await (await reader.GetFeedAsync(server.Url())).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, code);
        await reader.ReadFeedAsync(good.Url());
    }
}
