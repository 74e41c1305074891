using System.Xml;
using System.Xml.Linq;

namespace FeedReader.Parsing;

/// <summary>Bytes from a stranger to a feed. No DTD, no external entity, bounded depth and size.</summary>
internal static class FeedParser
{
    // XElement.Value recurses: without a bound, nested elements would end the process with a stack overflow.
    private const int MaxDepth = 100;
    private const int MaxElements = 200_000;

    public static ParseOutcome Parse(byte[] xml, Uri url, bool isWebPage)
    {
        try
        {
            if (!IsSimple(xml))
                return new ParseOutcome.Faulty(FeedProblem.TooComplex(url));
            using var reader = Open(xml);
            return Read(XDocument.Load(reader).Root!, url);
        }
        catch (XmlException) when (isWebPage)
        {
            return new ParseOutcome.Faulty(FeedProblem.WebPage(url));
        }
        catch (XmlException) when (HasDocumentType(xml))
        {
            return new ParseOutcome.Faulty(FeedProblem.Dtd(url));
        }
        catch (XmlException error)
        {
            return new ParseOutcome.Faulty(FeedProblem.Malformed(url, error.LineNumber, error.LinePosition));
        }
    }

    private static ParseOutcome Read(XElement root, Uri url)
    {
        if (root.Name == Names.Atom + "feed")
            return new ParseOutcome.Parsed(AtomFormat.Read(root, url));
        if (root.Name.LocalName == "rss" && root.Element("channel") is { } channel)
            return new ParseOutcome.Parsed(RssFormat.Read(channel, "", channel.Elements("item"), "rss-2.0", url));
        if (root.Name == Names.Rdf + "RDF" && root.Element(Names.Rss1 + "channel") is { } about)
            return new ParseOutcome.Parsed(RssFormat.Read(about, Names.Rss1, root.Elements(Names.Rss1 + "item"), "rss-1.0", url));
        return new ParseOutcome.Faulty(root.Name.LocalName == "html"
            ? FeedProblem.WebPage(url)
            : FeedProblem.UnknownFormat(url, Texts.Shorten(root.Name.LocalName, 40)));
    }

    private static bool IsSimple(byte[] xml)
    {
        using var reader = Open(xml);
        var elements = 0;
        while (reader.Read())
        {
            if (reader.Depth > MaxDepth || (reader.NodeType == XmlNodeType.Element && ++elements > MaxElements))
                return false;
        }

        return true;
    }

    private static XmlReader Open(byte[] xml) => XmlReader.Create(new MemoryStream(xml, writable: false), new XmlReaderSettings
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersFromEntities = 1024,
        MaxCharactersInDocument = xml.Length,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        CloseInput = true,
    });

    /// <summary>Only chooses the words of a refusal: the reader has refused the document already.</summary>
    private static bool HasDocumentType(byte[] xml) => xml.AsSpan(0, Math.Min(xml.Length, 4096)).IndexOf("<!DOCTYPE"u8) >= 0;
}
