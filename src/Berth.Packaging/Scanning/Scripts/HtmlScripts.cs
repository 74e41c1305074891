using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;

namespace Berth.Packaging.Scanning.Scripts;

/// <summary>
/// The scripts of an HTML or SVG document: elements, handlers and addresses. Goes over AngleSharp's tokens and builds no tree,
/// so that its cost is that of the text. In XML, and in SVG inside HTML, a script's text is ordinary text with entities.
/// </summary>
internal sealed class HtmlScripts(string html, FilePosition at, int depth, bool isXml, ScriptReader scripts, ScanTask task)
{
    private static readonly HashSet<string> Code = new(StringComparer.OrdinalIgnoreCase)
    {
        "", "module", "text/javascript", "application/javascript", "text/ecmascript", "application/ecmascript", "application/x-javascript", "text/x-javascript", "text/jscript", "text/livescript", "text/babel", "text/javascript1.5",
    };

    private bool _isForeign;

    public void Run()
    {
        if (isXml && html.Contains("<!ENTITY", StringComparison.OrdinalIgnoreCase))
            task.Add(ScriptCodes.XmlEntity.At(at, "The document defines entities, which can hide what it contains."));
        if (html.Contains("<?xml-stylesheet", StringComparison.OrdinalIgnoreCase))
            task.Add(ScriptCodes.RemoteResource.At(at, "The document asks for a style sheet of its own.", Severity.Medium));

        _isForeign = isXml;
        using var source = new TextSource(html);
        using var tokenizer = new HtmlTokenizer(source, HtmlEntityProvider.Resolver) { IsAcceptingCharacterData = isXml };
        while (tokenizer.Get() is { Type: not HtmlTokenType.EndOfFile } token)
        {
            task.Step();
            if (token.Type == HtmlTokenType.StartTag)
                Tag(token.AsTag(), tokenizer);
            else if (token.Type == HtmlTokenType.EndTag && token.Name is "svg" or "math")
                _isForeign = isXml;
            tokenizer.IsAcceptingCharacterData = _isForeign;
        }
    }

    private void Tag(HtmlTagToken tag, HtmlTokenizer tokenizer)
    {
        var place = Place(tag.Position);
        // Prefixes name the same elements in XML: <svg:script>.
        var name = tag.Name[(tag.Name.IndexOf(':', StringComparison.Ordinal) + 1)..].ToLowerInvariant();
        _isForeign |= name is "svg" or "math";
        foreach (var attribute in tag.Attributes)
            Attribute(name, attribute.Name.ToLowerInvariant(), attribute.Value, place);
        if (name == "script")
            Script(tag, tokenizer, place);
        else if (!_isForeign && name is "style" or "xmp" or "iframe" or "noembed" or "noframes")
            tokenizer.State = HtmlParseMode.Rawtext;
        else if (!_isForeign && name is "title" or "textarea")
            tokenizer.State = HtmlParseMode.RCData;
        else if (!_isForeign && name == "plaintext")
            tokenizer.State = HtmlParseMode.Plaintext;
    }

    private void Script(HtmlTagToken tag, HtmlTokenizer tokenizer, FilePosition place)
    {
        var address = tag.GetAttribute("src") is { Length: > 0 } src ? src : tag.GetAttribute("href") is { Length: > 0 } href ? href : tag.GetAttribute("xlink:href");
        if (!string.IsNullOrEmpty(address) && ScriptCalls.IsRemote(address))
            task.Add(ScriptCodes.RemoteCode.At(place, $"The document loads a script from {ScriptTraits.Shown(address)}."));
        var type = (tag.GetAttribute("type") ?? "").Split(';')[0].Trim();
        if (tag.IsSelfClosing && _isForeign)
            return;
        if (!_isForeign)
            tokenizer.State = HtmlParseMode.Script;
        var text = new System.Text.StringBuilder();
        TextPosition? begin = null;
        while (tokenizer.Get() is { } token && token.Type != HtmlTokenType.EndOfFile && !(token.Type == HtmlTokenType.EndTag && token.Name.EndsWith("script", StringComparison.OrdinalIgnoreCase)))
        {
            task.Step();
            if (token.Type == HtmlTokenType.Character)
            {
                begin ??= token.Position;
                text.Append(token.Data);
            }
        }

        if (type == "importmap" && text.ToString().Contains("//", StringComparison.Ordinal))
            task.Add(ScriptCodes.RemoteCode.At(place, "The document maps modules to addresses elsewhere."));
        if (!Code.Contains(type))
            return;
        var where = begin is { } position ? Place(position) : place;
        scripts.Add(new ScriptSource(at.File, text.ToString(), type == "module" ? ScriptGoal.Module : ScriptGoal.Any, where.Line ?? 1, where.Column ?? 1, depth) { IsWithinText = depth > 0 });
    }

    private void Attribute(string element, string name, string value, FilePosition place)
    {
        if (name.StartsWith("on", StringComparison.Ordinal) && name.Length > 3)
        {
            task.Add(ScriptCodes.InlineHandler.At(place, $"<{ScriptTraits.Printable(element)}> has an inline handler ({ScriptTraits.Printable(name)})."));
            Inner(value, place);
        }
        else if (name == "srcdoc")
        {
            scripts.AddDocument(value, place, depth + 1);
        }
        else if (name is "values" or "to" or "from" or "by" && isXml is var _ && value.Contains("javascript", StringComparison.OrdinalIgnoreCase))
        {
            foreach (var part in value.Split(';'))
                Address(element, name, part, place);
        }
        else
        {
            Address(element, name, value, place);
        }
    }

    private void Address(string element, string name, string value, FilePosition place)
    {
        if (JavascriptUrls.CodeOf(value) is { } code)
        {
            task.Add(ScriptCodes.JavascriptUrl.At(place, $"<{ScriptTraits.Printable(element)}> has a javascript: address ({ScriptTraits.Printable(name)})."));
            Inner(code, place);
            return;
        }

        if (name is "src" or "href" or "xlink:href" or "data" && JavascriptUrls.DocumentOf(value) is { } document)
            scripts.AddDocument(document, place, depth + 1);
        if (name == "content" && element == "meta" && value.Contains("url=", StringComparison.OrdinalIgnoreCase) && ScriptCalls.IsRemote(value[(value.IndexOf("url=", StringComparison.OrdinalIgnoreCase) + 4)..].Trim('\'', '"', ' ')))
            task.Add(ScriptCodes.RemoteFrame.At(place, "The document leads on to a page elsewhere."));
        if (!ScriptCalls.IsRemote(value))
            return;
        if ((element, name) is ("iframe" or "frame" or "embed", "src") or ("object", "data") or ("form", "action") or ("button" or "input", "formaction") or ("base", "href"))
            task.Add(ScriptCodes.RemoteFrame.At(place, $"<{element}> leads to {ScriptTraits.Shown(value)}."));
        else if ((element, name) is ("link" or "image" or "use" or "feimage", "href" or "xlink:href") or ("img" or "source" or "video" or "audio" or "track", "src" or "srcset" or "poster"))
            task.Add(ScriptCodes.RemoteResource.At(place, $"<{element}> loads from {ScriptTraits.Shown(value)}."));
    }

    private void Inner(string code, FilePosition place) =>
        scripts.Add(new ScriptSource(at.File, code, ScriptGoal.Script, place.Line ?? 1, place.Column ?? 1, depth + 1) { IsWithinText = true });

    private FilePosition Place(TextPosition position) =>
        depth > 0 || position.Line <= 0 ? at : at with { Line = (at.Line ?? 1) + position.Line - 1, Column = Math.Max(1, position.Column) };
}
