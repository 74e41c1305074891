using Berth.Registry.Optimization;
using Berth.Registry.Optimization.Styles;

namespace Berth.Registry.Tests.Optimization;

public sealed class StylesTests
{
    private const string Entry = "dist/index.js";
    private const string Sheet = "dist/style.css";
    private const string Script = "export default { mount() { return 'a front end with words in it'; } };\n";

    private const string Styles = """
        @charset "utf-8";
        /* Words of the author, which no browser needs, and there are many of them in this sheet. */
        @import url("other.css") screen;
        :root { --gap:  4px ; --json: { a: b }; }
        .card > .title, a[href="x y"]:hover { color: #FF0000; margin: 0.50px -0.5em; background: url( "a b.png" ); content: "\201C "; }
        .list .item { width: calc( 100% - 10px ); }
        @media ( min-width : 100px ) and (max-width:200px) { .card { color: RED !important; transition: all .30s } }
        .parent { &:hover { color: blue } .other & { top: 0; right: 0; bottom: 0; left: 0 } }
        @container side (width > 400px) { .card { inset: 0 } }
        """;

    [Fact]
    public async Task A_style_sheet_is_written_shorter_with_the_same_rules()
    {
        var (made, files) = await Bench.MadeAsync(Bench.Pack(Entry, null, (Entry, Script), (Sheet, Styles), ("dist/other.css", ".a{color:red}")));

        var styles = files.Text(Sheet);
        styles.Length.ShouldBeLessThan(Styles.Length * 4 / 5);
        styles.ShouldNotContain("Words of the author");
        styles.ShouldContain("top:0;right:0;bottom:0;left:0", customMessage: "values are not written in a newer way");
        styles.ShouldContain(".list .item{");
        StyleTokens.AreSame(Styles, styles).ShouldBeTrue();
        made.Report.Stages.Single(stage => stage.Name == "minify_styles").Changed.ShouldBe(1);
        files.Text("dist/other.css").ShouldBe(".a{color:red}");
    }

    [Theory]
    [InlineData(".a { color: red; } } .b { color: blue; }")]
    [InlineData(".a { color: red; .b { color: blue;   ")]
    [InlineData(".a { *zoom:   1; color:   red;     }")]
    public async Task A_sheet_with_an_error_that_browsers_skip_over_stays_as_it_is_and_the_others_go_on(string broken)
    {
        var (made, files) = await Bench.MadeAsync(Bench.Pack(Entry, null, (Entry, Script), ("dist/broken.css", broken), (Sheet, Styles)));

        files.Text("dist/broken.css").ShouldBe(broken);
        files.Text(Sheet).Length.ShouldBeLessThan(Styles.Length);
        made.Report.Stages.Single(stage => stage.Name == "minify_styles").Notes.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            note => note.Path.ShouldBe("dist/broken.css"), note => note.Code.ShouldBe("not_minified"));
    }

    [Fact]
    public async Task Without_minification_styles_keep_their_bytes()
    {
        var outcome = await Bench.OptimizeAsync(Bench.Pack(Entry, new { minification = false }, (Entry, Script), (Sheet, Styles)));

        outcome.ShouldBeOfType<OptimizationOutcome.NothingToGain>().Report.Stages.ShouldNotContain(stage => stage.Name == "minify_styles");
    }

    [Theory]
    [InlineData(".a { color : red ; }", ".a{color:red}")]
    [InlineData("@import url( 'a.css' );", "@import\"a.css\";")]
    [InlineData(".a{content:'\\201C x'}", ".a{content:\"“x\"}")]
    [InlineData(".a{background:url(a\\ b.png)}", ".a{background:url(\"a b.png\")}")]
    [InlineData("@charset 'utf-8';.a{}", ".a{}")]
    [InlineData("/* x */ .a /* y */ .b { }", ".a .b{}")]
    [InlineData(".a{;;color:red;;}", ".a{color:red}")]
    public void Two_spellings_of_the_same_styles_have_the_same_words(string one, string other) => StyleTokens.Of(one).ShouldBe(StyleTokens.Of(other));

    [Theory]
    [InlineData(".a{color:red;top:0}", ".a{color:red top:0}")]
    [InlineData(".a{margin:1px 2px}", ".a{margin:1px2px}")]
    [InlineData(".a{color:red}", ".a{color:blue}")]
    [InlineData(".a{color:red}.b{top:0}", ".b{top:0}.a{color:red}")]
    [InlineData(".a{color:red}.a{color:red}", ".a{color:red}")]
    [InlineData(".a{content:'x y'}", ".a{content:'x  y'}")]
    [InlineData(".a{--x:1}", ".a{--X:1}")]
    [InlineData("@media print{.a{top:0}}", ".a{top:0}")]
    public void Other_styles_have_other_words(string one, string other) => StyleTokens.AreSame(one, other).ShouldBeFalse();

    [Theory]
    [InlineData("\\")]
    [InlineData("'")]
    [InlineData("url(")]
    [InlineData("/*")]
    [InlineData(".a{content:'\\ffffff \\0'}")]
    public void What_is_cut_off_is_read_to_its_end(string styles) => StyleTokens.Of(styles).ShouldNotBeNull();
}
