using System.Xml.Linq;

namespace FeedReader.Parsing;

/// <summary>Atom 1.0 (RFC 4287).</summary>
internal static class AtomFormat
{
    public static Feed Read(XElement feed, Uri url)
    {
        var home = BaseOf(feed, url);
        return new Feed(
            url.AbsoluteUri,
            "atom-1.0",
            Texts.Title(Text(feed.Element(Names.Atom + "title"))) ?? url.Host,
            Texts.Summary(Text(feed.Element(Names.Atom + "subtitle"))),
            LinkOf(feed, home, "alternate"),
            FeedDate.Parse(feed.Element(Names.Atom + "updated")?.Value),
            Texts.Newest(feed.Elements(Names.Atom + "entry").Select(entry => ReadEntry(entry, feed, home))));
    }

    private static FeedItem ReadEntry(XElement entry, XElement feed, Uri feedBase)
    {
        var home = BaseOf(entry, feedBase);
        var link = LinkOf(entry, home, "alternate");
        var summary = Texts.Summary(Text(entry.Element(Names.Atom + "summary") ?? entry.Element(Names.Atom + "content")));
        var title = Texts.Title(Text(entry.Element(Names.Atom + "title"))) ?? Texts.Shorten(summary ?? "(no title)", 80);
        var author = entry.Element(Names.Atom + "author") ?? feed.Element(Names.Atom + "author");
        return new FeedItem(
            Texts.Id(entry.Element(Names.Atom + "id")?.Value ?? link ?? title),
            title,
            link,
            Texts.Title(author?.Element(Names.Atom + "name")?.Value),
            FeedDate.Parse(entry.Element(Names.Atom + "published")?.Value ?? entry.Element(Names.Atom + "updated")?.Value),
            summary,
            Texts.Categories(entry.Elements(Names.Atom + "category").Select(category => (string?)category.Attribute("label") ?? (string?)category.Attribute("term"))),
            ReadEnclosure(entry, home));
    }

    /// <summary>A text construct. <c>type="text"</c> (the default) has no markup: it is escaped, so that taking markup out leaves it as it is.</summary>
    private static string? Text(XElement? construct) => (string?)construct?.Attribute("type") switch
    {
        "html" or "xhtml" or "text/html" => construct?.Value,
        _ => System.Net.WebUtility.HtmlEncode(construct?.Value),
    };

    private static string? LinkOf(XElement parent, Uri home, string relation) =>
        Texts.Link((string?)Find(parent, relation)?.Attribute("href"), home);

    private static Enclosure? ReadEnclosure(XElement entry, Uri home)
    {
        var link = Find(entry, "enclosure");
        return Texts.Link((string?)link?.Attribute("href"), home) is { } file
            ? new Enclosure(file, Texts.Title((string?)link!.Attribute("type")), Texts.Length((string?)link.Attribute("length")))
            : null;
    }

    private static XElement? Find(XElement parent, string relation) => parent.Elements(Names.Atom + "link")
        .FirstOrDefault(link => ((string?)link.Attribute("rel") ?? "alternate") == relation);

    private static Uri BaseOf(XElement element, Uri outer) =>
        (string?)element.Attribute(XNamespace.Xml + "base") is { } text && Uri.TryCreate(outer, text, out var inner) ? inner : outer;
}
