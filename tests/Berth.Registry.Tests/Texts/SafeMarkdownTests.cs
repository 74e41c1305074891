using System.Text;
using System.Text.RegularExpressions;
using Berth.Registry.Texts;

namespace Berth.Registry.Tests.Texts;

public sealed partial class SafeMarkdownTests(Xunit.Abstractions.ITestOutputHelper output)
{
    // Beside texts that cost, on a machine with two processors, one waits for its turn.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly string[] Tags =
    [
        "p", "a", "img", "em", "strong", "del", "code", "pre", "blockquote", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "br", "table", "thead", "tbody", "tr", "th", "td", "input", "col", "colgroup",
    ];

    private static readonly string[] Attributes = ["href", "src", "alt", "title", "rel", "loading", "referrerpolicy", "class", "start", "type", "disabled", "checked", "style"];

    private static readonly string[] Vectors =
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<style>*{background:url(javascript:alert(1))}</style>",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<!--><script>alert(1)</script>-->",
        "<![CDATA[<script>alert(1)</script>]]>",
        "<?php echo 1 ?><script>",
        "<math><mi xlink:href=\"data:x,<script>alert(1)</script>\">",
        "<form action=//evil.example><input name=attributes></form>",
        "<base href=https://evil.example>",
        "<meta http-equiv=refresh content=0;url=https://evil.example>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x]( javascript:alert(1))",
        "[x](<java\tscript:alert(1)>)",
        "[x](<java\nscript:alert(1)>)",
        "[x](&#106;avascript:alert(1))",
        "[x](&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1))",
        "[x](javascript&colon;alert(1))",
        "[x](\u0001javascript:alert(1))",
        "[x](\u200bjavascript:alert(1))",
        "[x](vbscript:msgbox(1))",
        "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
        "[x](file:///etc/passwd)",
        "[x](//evil.example/x)",
        "[x](/api/v1/auth/logout)",
        "[x](\\\\evil.example\\x)",
        "[x](blob:https://a/b)",
        "[x](view-source:https://a)",
        "[x][r]\n\n[r]: javascript:alert(1)",
        "[x][r]\n\n[r]: data:text/html,<script>alert(1)</script> \"t\"",
        "[x](https://a.example \"\" onmouseover=\"alert(1)\")",
        "[x](https://a.example '\" onmouseover=\"alert(1)')",
        "[x](https://a.example/\"onmouseover=\"alert(1))",
        "[x](https://a.example/<script>)",
        "![x](javascript:alert(1))",
        "![x](data:image/svg+xml;base64,PHN2Zy8+)",
        "![x](http://a.example/x.png)",
        "![\" onerror=\"alert(1)](https://a.example/x.png)",
        "![x](https://a.example/x.png\" onerror=\"alert(1))",
        "![x](../../../api/v1/auth/tokens)",
        "![x](assets/../../x.png)",
        "![x](assets/%2e%2e/%2e%2e/x.png)",
        "![x](src/secret.png)",
        "![x](lib/net10.0/x.dll)",
        "![[x](javascript:alert(1))](javascript:alert(2))",
        "<javascript:alert(1)>",
        "<data:text/html,x>",
        "<http://a.example/\"onclick=alert(1)>",
        "<x@y.example\" onclick=alert(1)>",
        "```\"onmouseover=\"alert(1)\nx\n```",
        "```x\" class=\"y\" onclick=\"alert(1)\n<script>\n```",
        "~~~ <img src=x onerror=alert(1)>\n~~~",
        "# x {#id onclick=alert(1)}",
        "# x {.class}\n\n[x](https://a){onclick=alert(1)}",
        "| a |\n|---|\n| <script>alert(1)</script> |",
        "- [ ] <img src=x onerror=alert(1)>",
        "`<script>alert(1)</script>`",
        "    <script>alert(1)</script>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&#60;script&#62;alert(1)&#60;/script&#62;",
        "javascript:alert(1) www.evil.example\"onclick=alert(1)",
        "https://a.example/\"onclick=\"alert(1)",
        "[a](https://x\"><script>alert(1)</script>)",
        "*<img src=x* onerror=alert(1)>",
    ];

    public static TheoryData<string> AllVectors() => [.. Vectors];

    [Theory]
    [MemberData(nameof(AllVectors))]
    public async Task Nothing_of_an_author_becomes_code(string vector) => Check(vector, await SafeMarkdown.RenderAsync(vector));

    [Fact]
    public async Task Nothing_of_an_author_becomes_code_in_any_combination()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        string[] glue = ["", " ", "\n", "\n\n", "\n> ", "\n- ", "](", "[", "**", "`", "<", ">", "\"", "'", "|", "\\", "&", "\t", "![", "```\n"];
        for (var i = 0; i < 2_000; i++)
        {
            var text = new StringBuilder();
            for (var part = random.Next(1, 6); part > 0; part--)
            {
                var vector = Vectors[random.Next(Vectors.Length)];
                var from = random.Next(vector.Length);
                text.Append(glue[random.Next(glue.Length)]).Append(random.Next(2) == 0 ? vector : vector[from..]).Append(glue[random.Next(glue.Length)]);
            }

            Check(text.ToString(), await SafeMarkdown.RenderAsync(text.ToString()));
        }
    }

    [Fact]
    public async Task What_authors_write_is_shown_as_they_mean_it()
    {
        var html = await SafeMarkdown.RenderAsync(
            "# Title\n\nSome **bold** ~~old~~ [link](https://a.example/x?a=1&b=2 \"hint\") and <mail@a.example>, see https://b.example.\n\n![map](./assets/a%20map.png) ![badge](https://c.example/b.svg)\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```csharp\nvar x = 1 < 2;\n```\n\n- [x] done\n", Patience);

        html.ShouldContain("<h1>Title</h1>");
        html.ShouldContain("<strong>bold</strong> <del>old</del>");
        output.WriteLine(html);
        html.ShouldContain("<a href=\"https://a.example/x?a=1&amp;b=2\"");
        html.ShouldContain("title=\"hint\"");
        html.ShouldContain("href=\"mailto:mail@a.example\"");
        html.ShouldContain("<a href=\"https://b.example/\" rel=\"nofollow noopener noreferrer ugc\">https://b.example</a>");
        html.ShouldContain("src=\"files/assets/a%20map.png\"");
        html.ShouldContain("src=\"https://c.example/b.svg\"");
        html.ShouldContain("<td style=\"text-align: right;\">2</td>");
        html.ShouldContain("<code class=\"language-csharp\">var x = 1 &lt; 2;");
        html.ShouldContain("type=\"checkbox\"");
    }

    [Fact]
    public async Task A_link_that_is_not_safe_leaves_its_words()
    {
        (await SafeMarkdown.RenderAsync("see [the **words**](javascript:alert(1)) and ![the picture](http://a.example/x.png)", Patience))
            .ShouldBe("<p>see the <strong>words</strong> and the picture</p>\n");
    }

    [Theory]
    [InlineData("[", 3_999)]
    [InlineData("![", 1_999)]
    [InlineData("*a **b ", 1_300)]
    [InlineData("[x](", 1_300)]
    [InlineData("_", 3_999)]
    [InlineData("> ", 3_999)]
    [InlineData("[[[[[[[[[[\n\n", 500)]
    [InlineData("[", 200_000)]
    [InlineData("![", 100_000)]
    [InlineData("> ", 50_000)]
    [InlineData("- ", 50_000)]
    [InlineData("*a **b ", 30_000)]
    [InlineData("_", 200_000)]
    [InlineData("`", 200_000)]
    [InlineData("[x](", 50_000)]
    [InlineData("<", 200_000)]
    [InlineData("|a", 100_000)]
    [InlineData("\\", 200_000)]
    [InlineData("&#1;", 50_000)]
    [InlineData("a@b.", 50_000)]
    [InlineData("~~", 100_000)]
    public async Task A_text_made_to_cost_ends_in_bounded_html(string part, int times)
    {
        var text = string.Concat(Enumerable.Repeat(part, times));

        var html = await SafeMarkdown.RenderAsync(text);

        html.Length.ShouldBeLessThan(4_096 + (text.Length * 9));
        Check(part, html);
    }

    private static void Check(string markdown, string html)
    {
        var rest = Tag().Replace(html, tag =>
        {
            var name = tag.Groups["name"].Value;
            Tags.ShouldContain(name, $"{markdown} → {html}");
            foreach (Match attribute in Attribute().Matches(tag.Groups["attributes"].Value))
            {
                var (key, value) = (attribute.Groups["key"].Value, attribute.Groups["value"].Value);
                Attributes.ShouldContain(key, $"{markdown} → {html}");
                if (key == "style")
                    value.ShouldMatch("^text-align: (left|right|center);$");
                if (key == "href")
                    value.ShouldMatch("^(https?://|mailto:)", $"{markdown} → {html}");
                if (key == "src")
                    value.ShouldMatch("^(https://|files/(assets|public|dist)/|files/icon\\.)", $"{markdown} → {html}");
                if (key == "src")
                    value.ShouldNotContain("..");
            }

            return "";
        });
        rest.ShouldNotContain('<', $"{markdown} → {html}");
    }

    [GeneratedRegex("""</?(?<name>[a-z0-9]+)(?<attributes>(\s+[a-z-]+="[^"<>]*")*)\s*/?>""", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Tag();

    [GeneratedRegex(@"(?<key>[a-z-]+)=""(?<value>[^""]*)""", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Attribute();
}
