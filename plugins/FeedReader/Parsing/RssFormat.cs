using System.Xml.Linq;

namespace FeedReader.Parsing;

/// <summary>RSS 2.0 (https://www.rssboard.org/rss-specification) and RSS 1.0 (https://web.resource.org/rss/1.0/spec), which differ in namespace and nesting.</summary>
internal static class RssFormat
{
    public static Feed Read(XElement channel, XNamespace rss, IEnumerable<XElement> items, string format, Uri url) => new(
        url.AbsoluteUri,
        format,
        Texts.Title(channel.Element(rss + "title")?.Value) ?? url.Host,
        Texts.Summary(channel.Element(rss + "description")?.Value),
        Texts.Link(channel.Element(rss + "link")?.Value, url),
        FeedDate.Parse(channel.Element(rss + "lastBuildDate")?.Value ?? channel.Element(rss + "pubDate")?.Value ?? channel.Element(Names.DublinCore + "date")?.Value),
        Texts.Newest(items.Select(item => ReadItem(item, rss, url))));

    private static FeedItem ReadItem(XElement item, XNamespace rss, Uri url)
    {
        var guid = item.Element(rss + "guid");
        var isPermanent = guid is not null && (string?)guid.Attribute("isPermaLink") is null or "true";
        var link = Texts.Link(item.Element(rss + "link")?.Value, url) ?? (isPermanent ? Texts.Link(guid?.Value, url) : null);
        var summary = Texts.Summary(item.Element(rss + "description")?.Value ?? item.Element(Names.Content + "encoded")?.Value);
        var title = Texts.Title(item.Element(rss + "title")?.Value) ?? Texts.Shorten(summary ?? "(no title)", 80);
        return new FeedItem(
            Texts.Id(guid?.Value ?? (string?)item.Attribute(Names.Rdf + "about") ?? link ?? title),
            title,
            link,
            Texts.Title(item.Element(Names.DublinCore + "creator")?.Value ?? item.Element(rss + "author")?.Value),
            FeedDate.Parse(item.Element(rss + "pubDate")?.Value ?? item.Element(Names.DublinCore + "date")?.Value),
            summary,
            Texts.Categories(item.Elements(rss + "category").Concat(item.Elements(Names.DublinCore + "subject")).Select(category => category.Value)),
            ReadEnclosure(item.Element(rss + "enclosure"), url));
    }

    private static Enclosure? ReadEnclosure(XElement? enclosure, Uri url) =>
        Texts.Link((string?)enclosure?.Attribute("url"), url) is { } file
            ? new Enclosure(file, Texts.Title((string?)enclosure!.Attribute("type")), Texts.Length((string?)enclosure.Attribute("length")))
            : null;
}
