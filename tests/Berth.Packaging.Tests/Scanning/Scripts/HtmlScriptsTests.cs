namespace Berth.Packaging.Tests.Scanning.Scripts;

public sealed class HtmlScriptsTests
{
    [Theory]
    [InlineData("<p>x<script>eval(y)</script>", "scan.scripts.eval")]
    [InlineData("<SCRIPT type='text/javascript'>eval(y)</SCRIPT>", "scan.scripts.eval")]
    [InlineData("<script type=module>import('fs')</script>", "scan.scripts.node_module")]
    [InlineData("<script src=https://evil.example/x.js></script>", "scan.scripts.remote_code")]
    [InlineData("<img src=x onerror='eval(y)'>", "scan.scripts.eval")]
    [InlineData("<img src=x onerror='eval(y)'>", "scan.scripts.inline_handler")]
    [InlineData("<a href='  JaVa\tscript:eval(y)'>x</a>", "scan.scripts.javascript_url")]
    [InlineData("<a href='java&#115;cript:eval(y)'>x</a>", "scan.scripts.javascript_url")]
    [InlineData("<a href='javascript:%65val(y)'>x</a>", "scan.scripts.eval")]
    [InlineData("<iframe srcdoc='&lt;script>eval(y)&lt;/script>'></iframe>", "scan.scripts.eval")]
    [InlineData("<iframe src='https://evil.example'></iframe>", "scan.scripts.remote_frame")]
    [InlineData("<form action='https://evil.example'>", "scan.scripts.remote_frame")]
    [InlineData("<base href='https://evil.example/'>", "scan.scripts.remote_frame")]
    [InlineData("<meta http-equiv=refresh content='0;url=https://evil.example'>", "scan.scripts.remote_frame")]
    [InlineData("<object data='data:text/html;base64,PHNjcmlwdD5ldmFsKHkpPC9zY3JpcHQ+'>", "scan.scripts.eval")]
    [InlineData("<svg><script>eval(y)</script></svg>", "scan.scripts.eval")]
    public async Task Scripts_in_HTML_are_found_R58(string html, string code) =>
        (await Scans.OfFileAsync("public/index.html", html)).Select(finding => finding.Code).ShouldContain(code);

    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'><script>eval(y)</script></svg>", "scan.scripts.eval")]
    [InlineData("<svg><script><![CDATA[ if (a && b) eval(y) ]]></script></svg>", "scan.scripts.eval")]
    [InlineData("<svg><script>ev&#97;l(y)</script></svg>", "scan.scripts.eval")]
    [InlineData("<s:svg xmlns:s='http://www.w3.org/2000/svg'><s:script>eval(y)</s:script></s:svg>", "scan.scripts.eval")]
    [InlineData("<svg onload='eval(y)'/>", "scan.scripts.eval")]
    [InlineData("<svg><a><animate attributeName='href' values='#;javascript:eval(y)'/></a></svg>", "scan.scripts.javascript_url")]
    [InlineData("<svg><script href='https://evil.example/x.js'/></svg>", "scan.scripts.remote_code")]
    [InlineData("<!DOCTYPE svg [<!ENTITY x 'y'>]><svg/>", "scan.scripts.xml_entity")]
    public async Task Scripts_in_SVG_are_found_R58(string svg, string code) =>
        (await Scans.OfFileAsync("icon.svg", svg)).Select(finding => finding.Code).ShouldContain(code);

    [Fact]
    public async Task Positions_are_those_of_the_document()
    {
        var finding = (await Scans.OfFileAsync("public/index.html", "<html>\n<script>\n  eval(y)\n</script>")).ShouldHaveSingleItem();

        (finding.Line, finding.Column).ShouldBe((3, 3));
    }

    [Theory]
    [InlineData("<p class='x'>text & more</p><a href='https://example.org'>x</a><style>a > b { }</style>")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><path d='M0 0'/><use href='#a'/></svg>")]
    [InlineData("<script type='application/json'>{ \"eval\": 1 }</script>")]
    public async Task Ordinary_documents_are_clean(string html)
    {
        (await Scans.OfFileAsync("public/index.html", html)).ShouldBeEmpty();
        (await Scans.OfFileAsync("assets/image.svg", html)).ShouldBeEmpty();
    }
}
