using System.Diagnostics.CodeAnalysis;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Berth.Registry.Texts;

/// <summary>Keeps the links and pictures of a parsed text that are safe, and turns all others into their words.</summary>
internal static class SafeLinks
{
    private const int MaxUrlLength = 2_048;

    /// <summary>Where a page shows pictures of the package from; the part after it is the picture's path.</summary>
    public const string FilesPrefix = "files/";

    private static readonly string[] PictureFolders = ["assets/", "public/", "dist/", "icon."];

    public static void Apply(MarkdownDocument document)
    {
        foreach (var node in document.Descendants().ToList())
        {
            switch (node)
            {
                case LinkInline { IsImage: true } picture:
                    Picture(picture);
                    break;
                case LinkInline link:
                    Link(link);
                    break;
                case AutolinkInline address:
                    Address(address);
                    break;
                case FencedCodeBlock code:
                    Code(code);
                    break;
            }
        }
    }

    private static void Link(LinkInline link)
    {
        if (!IsLink(link.Url, out var url))
        {
            link.ReplaceBy(new ContainerInline());
            return;
        }

        Set(link, url);
        link.GetAttributes().AddPropertyIfNotExist("rel", "nofollow noopener noreferrer ugc");
    }

    private static void Picture(LinkInline picture)
    {
        if (!IsPicture(picture.Url, out var url))
        {
            // What stands for the picture is its description.
            picture.ReplaceBy(new ContainerInline());
            return;
        }

        Set(picture, url);
        picture.GetAttributes().AddPropertyIfNotExist("loading", "lazy");
        picture.GetAttributes().AddPropertyIfNotExist("referrerpolicy", "no-referrer");
    }

    private static void Set(LinkInline link, string url)
    {
        link.GetDynamicUrl = null;
        link.Url = url;
        link.SetAttributes(new HtmlAttributes());
    }

    private static void Address(AutolinkInline address)
    {
        if (IsLink(address.IsEmail ? "mailto:" + address.Url : address.Url, out _))
            address.GetAttributes().AddPropertyIfNotExist("rel", "nofollow noopener noreferrer ugc");
        else
            address.ReplaceBy(new LiteralInline(address.Url));
    }

    // The language of a code block becomes a class; it is the author's text.
    private static void Code(FencedCodeBlock code)
    {
        if (code.TryGetAttributes() is { } attributes)
            attributes.Classes = attributes.Classes?.Where(name => name.Length <= 40 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '+' or '#')).ToList();
    }

    private static bool IsLink(string? text, [NotNullWhen(true)] out string? url)
    {
        url = null;
        if (!IsPlain(text) || !Uri.TryCreate(text, UriKind.Absolute, out var address))
            return false;
        if (address.Scheme is not ("http" or "https" or "mailto"))
            return false;
        url = address.AbsoluteUri;
        return true;
    }

    /// <summary>Pictures come over https, or from the package itself by a path that it may serve.</summary>
    private static bool IsPicture(string? text, [NotNullWhen(true)] out string? url)
    {
        url = null;
        if (!IsPlain(text))
            return false;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address))
        {
            url = address.Scheme == Uri.UriSchemeHttps ? address.AbsoluteUri : null;
            return url is not null;
        }

        var path = Uri.UnescapeDataString(text.StartsWith("./", StringComparison.Ordinal) ? text[2..] : text);
        if (!Array.Exists(PictureFolders, folder => path.StartsWith(folder, StringComparison.Ordinal)) || !Packaging.Archive.ServedPaths.Contains(path))
            return false;
        url = FilesPrefix + string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
        return true;
    }

    // Browsers skip tabs and line ends within a scheme, and control characters before it.
    private static bool IsPlain([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 and <= MaxUrlLength } && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '\\' or '\u200b' or '\ufeff' or (>= '\u202a' and <= '\u202e'));
}
