using System.Text.Json.Nodes;

namespace Berth.Plugins.Tests.FeedReader;

/// <summary>Good feeds of each format, fetched from a real server.</summary>
public sealed class FormatTests
{
    [Fact]
    public async Task RSS_2_0_is_read_newest_item_first()
    {
        var feed = await ReadAsync("""
            <?xml version="1.0"?>
            <rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
             <channel>
              <title>Harbour &amp; sea</title><link>/home</link><description>&lt;p&gt;News&lt;/p&gt;</description>
              <item><title>Older</title><link>https://example.org/1</link><guid>https://example.org/1</guid><pubDate>Mon, 02 Nov 2026 10:00:00 GMT</pubDate></item>
              <item>
               <title>Newer</title><link>https://example.org/2</link><guid isPermaLink="false">id-2</guid>
               <dc:creator>Ada</dc:creator><category>Ships</category><category>ships</category><category>Tides</category>
               <description>&lt;script&gt;alert(1)&lt;/script&gt;&lt;b&gt;Ebb&lt;/b&gt; &amp;amp; flow</description>
               <pubDate>3 Nov 26 05:00 EST</pubDate>
               <enclosure url="https://example.org/2.mp3" type="audio/mpeg" length="1234"/>
              </item>
             </channel>
            </rss>
            """);

        Text(feed, "format").ShouldBe("rss-2.0");
        Text(feed, "title").ShouldBe("Harbour & sea");
        Text(feed, "description").ShouldBe("News");
        Text(feed, "link").ShouldEndWith("/home");
        var newer = feed["items"]![0]!;
        Text(newer, "id").ShouldBe("id-2");
        Text(newer, "author").ShouldBe("Ada");
        Text(newer, "summary").ShouldBe("Ebb & flow");
        newer["published"]!.GetValue<DateTimeOffset>().ShouldBe(DateTimeOffset.Parse("2026-11-03T10:00:00+00:00"));
        newer["categories"]!.ToJsonString().ShouldBe("""["Ships","Tides"]""");
        newer["enclosure"]!.ToJsonString().ShouldBe("""{"url":"https://example.org/2.mp3","type":"audio/mpeg","length":1234}""");
        Text(feed["items"]![1]!, "title").ShouldBe("Older");
    }

    [Fact]
    public async Task Atom_1_0_is_read_with_its_text_constructs_and_bases()
    {
        var feed = await ReadAsync("""
            <feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.org/blog/">
             <title type="text">a &lt;b&gt; c</title><updated>2026-11-20T08:00:00Z</updated>
             <author><name>Grace</name></author>
             <link rel="self" href="feed.xml"/><link href="./"/>
             <entry>
              <id>urn:uuid:1</id><title type="html">&lt;em&gt;One&lt;/em&gt;</title><updated>2026-11-19T08:00:00+02:00</updated>
              <link href="one"/><link rel="enclosure" href="one.ogg" type="audio/ogg"/><category term="x" label="X-ray"/>
              <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Hello <i>you</i></div></content>
             </entry>
            </feed>
            """);

        Text(feed, "format").ShouldBe("atom-1.0");
        Text(feed, "title").ShouldBe("a <b> c");
        Text(feed, "link").ShouldBe("https://example.org/blog/");
        var item = feed["items"]![0]!;
        Text(item, "title").ShouldBe("One");
        Text(item, "link").ShouldBe("https://example.org/blog/one");
        Text(item, "author").ShouldBe("Grace");
        Text(item, "summary").ShouldBe("Hello you");
        item["published"]!.GetValue<DateTimeOffset>().ShouldBe(DateTimeOffset.Parse("2026-11-19T06:00:00+00:00"));
        Text(item["enclosure"]!, "url").ShouldBe("https://example.org/blog/one.ogg");
    }

    [Fact]
    public async Task RSS_1_0_is_read()
    {
        var feed = await ReadAsync("""
            <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
             <channel rdf:about="https://example.org/"><title>Old</title><link>https://example.org/</link><description>d</description></channel>
             <item rdf:about="https://example.org/a"><title>A</title><link>https://example.org/a</link><dc:date>2026-01-01T00:00:00Z</dc:date></item>
            </rdf:RDF>
            """);

        Text(feed, "format").ShouldBe("rss-1.0");
        Text(feed["items"]![0]!, "id").ShouldBe("https://example.org/a");
        feed["items"]![0]!["published"].ShouldNotBeNull();
    }

    [Fact]
    public async Task A_link_that_is_no_web_address_is_left_out()
    {
        var feed = await ReadAsync("""
            <rss version="2.0"><channel><title>t</title><item><title>x</title><link>javascript:alert(1)</link></item></channel></rss>
            """);

        feed["items"]![0]!["link"].ShouldBeNull();
    }

    [Fact]
    public async Task Items_without_title_or_date_are_still_items()
    {
        var feed = await ReadAsync("""
            <rss version="2.0"><channel><item><description>only words</description><pubDate>yesterday</pubDate></item><item/></channel></rss>
            """);

        Text(feed, "title").ShouldBe("127.0.0.1");
        Text(feed["items"]![0]!, "title").ShouldBe("only words");
        Text(feed["items"]![1]!, "title").ShouldBe("(no title)");
    }

    [Fact]
    public async Task The_users_setting_bounds_the_items()
    {
        var items = string.Concat(Enumerable.Range(0, 10).Select(i => $"<item><title>{i}</title></item>"));
        await using var server = await FeedServer.ServingAsync($"<rss version=\"2.0\"><channel><title>t</title>{items}</channel></rss>");
        await using var reader = await FeedReaderFixture.StartAsync(settings: """{"maxItems":3}""");

        var answer = await reader.ReadFeedAsync(server.Url());

        answer["feed"]!["items"]!.AsArray().Count.ShouldBe(3);
    }

    private static async Task<JsonNode> ReadAsync(string xml)
    {
        await using var server = await FeedServer.ServingAsync(xml);
        await using var reader = await FeedReaderFixture.StartAsync();
        return (await reader.ReadFeedAsync(server.Url()))["feed"]!;
    }

    private static string Text(JsonNode node, string member) => node[member]!.GetValue<string>();
}
