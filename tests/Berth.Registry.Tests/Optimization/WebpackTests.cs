using System.Text;
using Berth.Registry.Optimization;
using Berth.Registry.Optimization.Scripts;

namespace Berth.Registry.Tests.Optimization;

/// <summary>What is done to webpack's containers. The texts have the form of webpack's builds; the builds themselves run in Berth.Browser.Tests.</summary>
public sealed class WebpackTests
{
    private const string Entry = "dist/remoteEntry.js";

    private const string Container = """
        var Clock;(()=>{"use strict";var modules={"webpack/container/entry/Clock"(module,exports,require){const map={"./Panel":()=>require.e(403).then(()=>()=>require("./src/Panel.tsx"))};exports.get=(name)=>map[name]();exports.init=()=>1;}};
        var require=(id)=>{var module={exports:{}};modules[id](module,module.exports,require);return module.exports};
        require.e=(id)=>Promise.resolve(id);
        require.u=(id)=>"js/"+({403:"panel"}[id]||id)+"."+{403:"aaaa1111",214:"bbbb2222"}[id]+".js";
        require.miniCssF=(id)=>"css/"+id+".css";
        Clock=require("webpack/container/entry/Clock");})();
        """;

    private static string Chunk(string id, string key, string body) => $"(self.webpackChunkClock=self.webpackChunkClock||[]).push([[{id}],{{\"{key}\":(module,exports,require)=>{{{body}}}}}]);\n";

    [Fact]
    public async Task Chunks_that_the_runtime_can_name_stay_and_those_of_an_older_build_go()
    {
        var (made, files) = await Bench.MadeAsync(Bench.Pack(Entry, new { enabled = true, minification = false },
            (Entry, Container),
            ("dist/js/panel.aaaa1111.js", Chunk("403", "./src/Panel.tsx", "exports.default=1")),
            ("dist/js/214.bbbb2222.js", Chunk("214", "react", "exports.React=1")),
            ("dist/js/panel.cccc3333.js", Chunk("403", "./src/Panel.tsx", "exports.default=0")),
            ("dist/css/403.css", ".clock{color:red}"),
            ("dist/css/999.css", ".older{color:red}"),
            ("dist/picture.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")));

        files.Keys.ShouldBe(
            ["plugin.json", "berth.variant.json", "dist/css/403.css", "dist/js/214.bbbb2222.js", "dist/js/panel.aaaa1111.js", "dist/picture.svg", Entry], ignoreOrder: true);
        made.Report.FrontEnd.ShouldBe(FrontEndKind.Webpack);
        made.Report.Files.Where(file => file.After is null).Select(file => file.Path).ShouldBe(["dist/css/999.css", "dist/js/panel.cccc3333.js"]);
    }

    [Fact]
    public async Task A_file_that_anything_kept_names_stays()
    {
        var old = Chunk("403", "./src/Panel.tsx", "exports.default=0");
        var outcome = await Bench.OptimizeAsync(Bench.Pack(Entry, new { minification = false },
            (Entry, Container), ("dist/js/panel.cccc3333.js", old), ("dist/list.json", "[\"js/panel.cccc3333.js\"]")));

        outcome.ShouldBeOfType<OptimizationOutcome.NothingToGain>();
    }

    [Theory]
    [InlineData("(id)=>\"js/\"+names(id)+\".js\"")]
    [InlineData("(id)=>\"js/\"+id.slice(1)+\".js\"")]
    public async Task All_files_stay_when_the_names_of_chunks_cannot_be_computed(string function)
    {
        var outcome = await Bench.OptimizeAsync(Bench.Pack(Entry, new { minification = false },
            (Entry, Container.Replace("(id)=>\"css/\"+id+\".css\"", function, StringComparison.Ordinal)), ("dist/js/panel.cccc3333.js", Chunk("403", "./src/Panel.tsx", "exports.default=0"))));

        var report = outcome.ShouldBeOfType<OptimizationOutcome.NothingToGain>().Report;
        report.Stages.Single(stage => stage.Name == "unused_files").Notes.ShouldHaveSingleItem().Code.ShouldBe("kept");
    }

    [Theory]
    [InlineData("import(address)")]
    [InlineData("new Worker(address)")]
    [InlineData("importScripts(address)")]
    public async Task All_files_stay_when_a_script_loads_others_by_names_it_makes(string code)
    {
        var outcome = await Bench.OptimizeAsync(Bench.Pack(Entry, new { minification = false },
            (Entry, Container), ("dist/js/panel.aaaa1111.js", Chunk("403", "./src/Panel.tsx", code)), ("dist/js/panel.cccc3333.js", Chunk("403", "./src/Panel.tsx", "exports.default=0"))));

        outcome.ShouldBeOfType<OptimizationOutcome.NothingToGain>();
    }

    [Fact]
    public async Task Eval_modules_become_code_without_eval()
    {
        const string Code = "{__webpack_require__.d(exports, { \\\"default\\\": () => Panel });\\n/* harmony export */ function Panel() { const module = \\\"own\\\"; return module; }\\n//# sourceURL=webpack://Clock/./src/Panel.tsx?\\n}";
        const string Trusted = "__webpack_require__.ts(\"{exports.other = 'it\\\\\\'s';\\n\\n//# sourceURL=x?\\n}\")";
        var chunk = $$"""
            "use strict";
            (self["webpackChunkClock"] = self["webpackChunkClock"] || []).push([["panel"],{

            /***/ "./src/Panel.tsx"
            /*!***********************!*\
              !*** ./src/Panel.tsx ***!
              \***********************/
            (module, exports, __webpack_require__) {

            eval("{{Code}}");

            /***/ },

            /***/ "./src/Other.tsx"
            (module, exports, __webpack_require__) {

            eval({{Trusted}});

            /***/ }

            }]);
            """;
        var (made, files) = await Bench.MadeAsync(Bench.Pack(Entry, null, (Entry, Container), ("dist/js/panel.aaaa1111.js", chunk)));

        var text = files.Text("dist/js/panel.aaaa1111.js");
        text.ShouldNotContain("eval");
        text.ShouldNotContain("sourceURL");
        text.ShouldNotContain("***");
        ScriptShape.Of(ParsedScript.Read(text)!).Modules.ShouldBe(["chunk panel", "module ./src/Other.tsx", "module ./src/Panel.tsx"]);
        made.Report.Stages.Single(stage => stage.Name == "eval_modules").Changed.ShouldBe(1);
    }

    [Theory]
    [InlineData("eval(code)")]
    [InlineData("eval(\"exports.a = 1;\"); more()")]
    [InlineData("return eval(\"1 + 1\")")]
    [InlineData("eval(\"this is no code\")")]
    public async Task An_eval_of_anything_but_a_whole_module_stays(string body)
    {
        var chunk = $"(self.webpackChunkClock=self.webpackChunkClock||[]).push([[403],{{\"./src/Panel.tsx\":function(module,exports,require){{{body}}}}}]);";
        var script = ParsedScript.Read(chunk);

        script.ShouldNotBeNull();
        EvalModules.Unfold(script).ShouldBeNull();
        (await Bench.OptimizeAsync(Bench.Pack(Entry, new { minification = false }, (Entry, Container), ("dist/js/panel.aaaa1111.js", chunk)))).ShouldBeOfType<OptimizationOutcome.NothingToGain>();
    }

    [Fact]
    public void A_strict_module_stays_strict_when_its_eval_goes()
    {
        var script = ParsedScript.Read("define(function(module){eval(\"'use strict';\\nexports.a = 1;\")})");

        EvalModules.Unfold(script!)!.Value.Text.ShouldStartWith("define(function(module){\"use strict\";{");
    }

    [Fact]
    public async Task Source_maps_go_with_the_comments_that_name_them_and_nothing_that_only_looks_so()
    {
        const string Map = "{\"version\":3,\"sources\":[\"Panel.tsx\"],\"mappings\":\"AAAA\"}";
        var (_, files) = await Bench.MadeAsync(Bench.Pack(Entry, new { minification = false },
            (Entry, Container + "//# sourceMappingURL=remoteEntry.js.map\n"), ("dist/remoteEntry.js.map", Map),
            ("dist/js/panel.aaaa1111.js", Chunk("403", "./src/Panel.tsx", "exports.text=`\n//# sourceMappingURL=no.js.map\n`")
                + "//# sourceMappingURL=data:application/json;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(Map)) + "\n"),
            ("dist/css/403.css", ".clock{color:red}\n/*# sourceMappingURL=403.css.map*/"), ("dist/css/403.css.map", Map),
            ("dist/cities.map", "{\"version\":1,\"cities\":[]}")));

        files.Keys.ShouldBe(["plugin.json", "berth.variant.json", "dist/cities.map", "dist/css/403.css", "dist/js/panel.aaaa1111.js", Entry], ignoreOrder: true);
        files.Text(Entry).ShouldBe(Container + "\n");
        files.Text("dist/css/403.css").ShouldBe(".clock{color:red}\n");
        files.Text("dist/js/panel.aaaa1111.js").ShouldContain("//# sourceMappingURL=no.js.map");
        files.Text("dist/js/panel.aaaa1111.js").ShouldNotContain("base64");
    }

    [Fact]
    public async Task What_the_container_exposes_and_its_global_stay_when_it_is_minified()
    {
        var large = Container.Replace("exports.init=()=>1;", "exports.init=()=>{ const aLongName = 1; const anotherLongName = aLongName + 1; return anotherLongName; };", StringComparison.Ordinal);
        var (_, files) = await Bench.MadeAsync(Bench.Pack(Entry, null, (Entry, large)));

        var before = ScriptShape.Of(ParsedScript.Read(large)!);
        var after = ScriptShape.Of(ParsedScript.Read(files.Text(Entry))!);
        after.Exposed.ShouldBe(["./Panel"]);
        after.Globals.ShouldBe(["Clock"]);
        before.Difference(after).ShouldBeNull();
    }

    [Fact]
    public async Task Test_files_go_unless_something_names_them()
    {
        var (_, files) = await Bench.MadeAsync(Bench.Pack(Entry, new { minification = false },
            (Entry, Container), ("dist/panel.test.js", "test('panel', () => {});"), ("dist/__tests__/more.js", "test('more', () => {});"),
            ("dist/clock.spec.js", "export const spec = 1;"), ("dist/list.json", "[\"clock.spec.js\"]"), ("src/__snapshots__/a.snap", "x"),
            ("lib/net10.0/a.test.js", "server side")));

        files.Keys.ShouldBe(["plugin.json", "berth.variant.json", "dist/clock.spec.js", "dist/list.json", Entry, "lib/net10.0/a.test.js"], ignoreOrder: true);
    }

    [Fact]
    public async Task The_same_package_gives_the_same_variant()
    {
        var package = Bench.Pack(Entry, null, (Entry, Container + "//# sourceMappingURL=remoteEntry.js.map\n"), ("dist/js/more.test.js", new string(' ', 500)));
        var (one, _) = await Bench.MadeAsync(package);
        var (other, _) = await Bench.MadeAsync(package);

        other.Variant.Digest.ShouldBe(one.Variant.Digest);
        other.Package.ShouldBe(one.Package);
    }
}
