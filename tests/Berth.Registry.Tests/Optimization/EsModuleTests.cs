using Berth.Packaging.Variants;
using Berth.Registry.Optimization;
using Berth.Registry.Optimization.Scripts;
using Berth.Registry.Optimization.Tools;

namespace Berth.Registry.Tests.Optimization;

public sealed class EsModuleTests
{
    private const string Entry = "dist/index.js";

    [Fact]
    public async Task Modules_of_the_package_are_joined_and_what_nobody_uses_is_left_out()
    {
        var (made, files) = await Bench.MadeAsync(Bench.Pack(Entry, null,
            (Entry, "import { draw } from './inner/draw.js';\nimport React from 'react';\nexport default { mount(place, props) { return draw(place, props, React); } };\nexport { version } from './version.js';\n"),
            ("dist/inner/draw.js", "export function draw(place) { place.textContent = 'drawn'; }\nexport function neverUsed() { return 'a long text that nobody ever asks for'; }\n"),
            ("dist/version.js", "export const version = '1.0.0';\nexport const other = 2;\n")));

        files.Keys.ShouldBe(["plugin.json", VariantStatement.Path, Entry], ignoreOrder: true);
        var entry = files.Text(Entry);
        entry.ShouldNotContain("nobody ever asks");
        entry.ShouldContain("from\"react\"");
        ModuleExports.Of(ParsedScript.Read(entry)!).ShouldBe(["default", "version"]);
        made.Report.FrontEnd.ShouldBe(FrontEndKind.EsModule);
        made.Report.Tools["esbuild"].ShouldBe("0.28.2");
    }

    [Fact]
    public async Task A_module_that_is_loaded_late_stays_a_file_of_its_own()
    {
        var (_, files) = await Bench.MadeAsync(Bench.Pack(Entry, null,
            (Entry, "export default { mount: async (place) => { const late = await import('./late.js'); late.show(place); } };\n/* words that go */\n"),
            ("dist/late.js", "/* and more words, which nobody needs at all in a browser */\nexport function show(place) { place.textContent = 'late'; }\n")));

        files.Keys.Count(path => path.StartsWith("dist/", StringComparison.Ordinal)).ShouldBe(2);
        var late = files.Keys.Single(path => path.StartsWith("dist/late-", StringComparison.Ordinal));
        files.Text(Entry).ShouldContain(late["dist/".Length..]);
    }

    [Theory]
    [InlineData("import './missing.js';", "missing.js")]
    [InlineData("import secret from '../../../../../../etc/passwd';", "outside of the package")]
    [InlineData("import secret from '../lib/net10.0/secret.js';", "no script of the package")]
    [InlineData("export const here = import.meta.url;", "import.meta")]
    [InlineData("export const load = (name) => import('./' + name + '.js');", "makes while it runs")]
    [InlineData("export const load = (name) => import(`../../../../etc/${name}.json`);", "makes while it runs")]
    [InlineData("import words from './words.json' with { type: 'json' };", "no script")]
    [InlineData("export const secret = require('../../../../etc/secrets.json');", "'require'")]
    [InlineData("import './other.js?v=1';", "outside of the package")]
    [InlineData("import hosts from '/etc/hosts';", "outside of the package")]
    public async Task Modules_stay_apart_when_joining_could_change_what_they_do_or_read_what_is_not_theirs(string line, string reason)
    {
        var outcome = await Bench.OptimizeAsync(Bench.Pack(Entry, new { minification = false },
            (Entry, line + "\nexport default 1;\n"), ("dist/words.json", "{}"), ("dist/other.js", "export default 2;"), ("lib/net10.0/secret.js", "export default 'secret';")));

        var report = outcome.ShouldBeOfType<OptimizationOutcome.NothingToGain>().Report;
        report.Stages.Single(stage => stage.Name == "bundle").Notes.ShouldHaveSingleItem().Text.ShouldContain(reason);
    }

    [Fact]
    public async Task A_module_that_something_else_names_too_is_not_copied_into_the_entry()
    {
        var outcome = await Bench.OptimizeAsync(Bench.Pack(Entry, new { minification = false },
            (Entry, "import { count } from './state.js';\nexport default count;\n"), ("dist/state.js", "export const count = { value: 0 };\n"), ("dist/settings.html", "<script type=module src=state.js></script>")));

        outcome.ShouldBeOfType<OptimizationOutcome.NothingToGain>().Report.Stages.Single(stage => stage.Name == "bundle").Notes.ShouldHaveSingleItem().Text.ShouldContain("state.js");
    }

    [Fact]
    public async Task Names_and_addresses_stay_imports()
    {
        var (_, files) = await Bench.MadeAsync(Bench.Pack(Entry, null,
            (Entry, "import { a } from 'a-name/of/an-import-map.js';\nimport { b } from 'https://example.org/b.js';\n/* words that nobody needs in the end, but many of them */\nexport default [a, b];\n")));

        files.Text(Entry).ShouldContain("\"a-name/of/an-import-map.js\"");
        files.Text(Entry).ShouldContain("\"https://example.org/b.js\"");
    }

    [Fact]
    public async Task Exports_that_are_passed_on_whole_stay()
    {
        var (_, files) = await Bench.MadeAsync(Bench.Pack(Entry, null,
            (Entry, "export * from './a.js';\nexport * as inner from './b.js';\nexport * from 'elsewhere';\n"),
            ("dist/a.js", "export const one = 1, { two, ...three } = { two: 2 };\nexport default 'not passed on';\nexport function four() {}\nexport class Five {}\n"),
            ("dist/b.js", "/* many words that go and go and go and go */ export let six = 6;\nexport { six as 'a name' };\n")));

        ModuleExports.Of(ParsedScript.Read(files.Text(Entry))!).ShouldBe(["* from elsewhere", "Five", "four", "inner", "one", "three", "two"]);
    }

    [Theory]
    [InlineData("dist/index.mjs")]
    [InlineData("dist/my module.js")]
    public async Task Entries_keep_their_names(string entry)
    {
        var (_, files) = await Bench.MadeAsync(Bench.Pack(entry, null, (entry, "/* a comment that is of no use to anybody */\nexport default { mount() { return 1 + 1; } };\n")));

        files.Keys.ShouldBe(["plugin.json", VariantStatement.Path, entry], ignoreOrder: true);
    }

    [Theory]
    [InlineData("dist/a=b.js")]
    public async Task A_name_that_means_something_to_the_tool_is_never_handed_to_it(string other)
    {
        var outcome = await Bench.OptimizeAsync(Bench.Pack("dist/remote.js", null, ("dist/remote.js", "window.a=1;"), (other, "window . b   =  1 ;  // words")));

        outcome.ShouldBeOfType<OptimizationOutcome.NothingToGain>().Report.Stages.Single(stage => stage.Name == "minify").Notes.ShouldContain(note => note.Path == other);
    }

    [Fact]
    public async Task Without_the_tool_there_is_no_variant_but_a_reason()
    {
        var optimizer = Bench.NewOptimizer(new EsbuildLocation("/nowhere/esbuild"));
        var package = Bench.Pack(Entry, null, (Entry, "/* words */ export default 1;"));

        var outcome = (await optimizer.RunAsync(new MemoryStream(package), await Bench.ReadAsync(package), CancellationToken.None)).ShouldBeOfType<OptimizationOutcome.Unavailable>();
        outcome.Code.ShouldBe("variant.tool_missing");
        outcome.Reason.ShouldContain("BERTH_ESBUILD");
    }

    [Theory]
    [InlineData("/bin/false")]
    [InlineData("/bin/echo")]
    public async Task A_tool_that_is_no_esbuild_is_not_used(string program)
    {
        var optimizer = Bench.NewOptimizer(new EsbuildLocation(program));
        var package = Bench.Pack(Entry, null, (Entry, "/* words */ export default 1;"));

        (await optimizer.RunAsync(new MemoryStream(package), await Bench.ReadAsync(package), CancellationToken.None)).ShouldBeOfType<OptimizationOutcome.Unavailable>().Code.ShouldBe("variant.tool_missing");
    }
}
