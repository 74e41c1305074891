using System.Text;
using Berth.Packaging.Archive;
using Berth.Packaging.Variants;
using Berth.Registry.Optimization;
using Berth.Registry.Optimization.Scripts;
using Berth.Registry.Optimization.Styles;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Registry.Tests.Optimization;

/// <summary>R60: optimisation never corrupts a package.</summary>
public sealed class R60Tests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(60);

    private static readonly string[] Scripts =
    [
        "export const a = 1;\n", "export default function named() { return a.b?.c ?? 'd'; }\n", "import { x } from './m0.js';\nexport { x as y };\n", "import './m1.js';\n",
        "export * from './m2.js';\n", "const v = await import('./m0.js');\n", "window.Clock = { get: (n) => n, init: () => 0 };\n", "var Clock; function helper(first, second) { return first + second; }\n",
        "(self.webpackChunkClock = self.webpackChunkClock || []).push([[7, 'x'], { './src/a.js': (e, t, n) => { eval(\"{ t.a = 1;\\n//# sourceURL=webpack://a\\n}\") } }]);\n",
        "const map = { './Panel': () => 1, './Other'() { return 2; } };\n", "class A { #p = 1; static { A.q = 2; } get p() { return this.#p; } }\n", "label: for (const i of []) { if (i) continue label; }\n",
        "let r = /[/]\\/(?<n>x)/gu, t = `a${1 + 1}//# sourceMappingURL=no`;\n", "//# sourceMappingURL=a.js.map\n", "/*! a licence */\n", "with (Math) { floor(1.5) }\n", "if (", "'use strict';\n", "\u2028\n", "x = <div/>;\n",
        "try { null.x } catch { debugger } finally { }\n", "async function* g() { for await (const x of y) yield* x; }\n", "0, eval('1');\n", "export { q as default } from 'bare';\n", "import.meta.url;\n", "let \\u0061b = 1;\n",
    ];

    private static readonly byte[][] Blobs =
    [
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0xFF], [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3], [0xEF, 0xBB, 0xBF, (byte)'a', (byte)'=', (byte)'1', (byte)' ', (byte)' '], [0xFF, 0xFE, (byte)'a', 0],
        [], "(self.a=1)\0"u8.ToArray(), "{\"version\":3,\"mappings\":\"\"}"u8.ToArray(), ".a{color:red}/*# sourceMappingURL=a.css.map*/"u8.ToArray(), "/* a */ .b{background:url(x.png)}"u8.ToArray(),
    ];

    private static readonly Gen<byte[]> Script =
        from count in Gen.Choose(1, 6)
        from pieces in Gen.ArrayOf(Gen.Elements(Scripts), count)
        select Encoding.UTF8.GetBytes(string.Concat(pieces));

    private static readonly Gen<IReadOnlyList<PackageInput>> Files =
        from entry in Script
        from names in Gen.ArrayOf(Gen.Elements(
            "dist/m0.js", "dist/m1.js", "dist/m2.js", "dist/deep/m3.mjs", "dist/x.cjs", "dist/a.css", "dist/a.css.map", "dist/index.js.map", "dist/a.png", "dist/a.js.gz", "dist/a.test.js", "dist/page.html",
            "public/p.js", "assets/q.bin", "src/main.ts", "lib/net10.0/Clock.js", "vm/app.js", "package.json"), 8)
        from scripts in Gen.ArrayOf(Script, 8)
        from blobs in Gen.ArrayOf(Gen.Elements(Blobs), 8)
        from kinds in Gen.ArrayOf(Gen.Choose(0, 4), 8)
        select (IReadOnlyList<PackageInput>)[
            new PackageInput("dist/index.js", entry),
            .. names.Select((name, i) => new PackageInput(name, kinds[i] > 0 && Path.GetExtension(name) is ".js" or ".mjs" or ".cjs" ? scripts[i] : blobs[i])).DistinctBy(file => file.Path, StringComparer.Ordinal)];

    [Fact]
    public void R60_Every_file_of_a_variant_is_the_authors_or_parses_and_exports_the_same() =>
        Check.One(Runs, Prop.ForAll(Files.ToArbitrary(), files => Task.Run(() => JudgeAsync(files)).GetAwaiter().GetResult()));

    private static async Task<bool> JudgeAsync(IReadOnlyList<PackageInput> files)
    {
        var bytes = Bench.Pack("dist/index.js", new { enabled = true }, files);
        var outcome = await Bench.OptimizeAsync(bytes);
        if (outcome is not OptimizationOutcome.Made made)
        {
            outcome.ShouldBeOfType<OptimizationOutcome.NothingToGain>();
            return true;
        }

        var original = await Bench.ReadAsync(bytes);
        var variant = await Bench.ReadAsync(made.Package);
        var before = PackageFiles.Read(new MemoryStream(bytes), original);
        var after = PackageFiles.Read(new MemoryStream(made.Package), variant);
        VariantDerivation.Check(original, variant, VariantStatement.Read(after[VariantStatement.Path])).ShouldBeEmpty();
        foreach (var (path, content) in after.Where(file => file.Key != VariantStatement.Path))
            JudgeFile(path, content, before, after);
        JudgeImports(before, after);
        foreach (var path in before.Keys.Where(path => path.StartsWith("lib/", StringComparison.Ordinal) || path.StartsWith("vm/", StringComparison.Ordinal) || path.StartsWith("assets/", StringComparison.Ordinal)))
            after.ShouldContainKey(path);
        return true;
    }

    /// <summary>What a module imports from its package is there, if it was there in the author's.</summary>
    private static void JudgeImports(Dictionary<string, byte[]> before, Dictionary<string, byte[]> after)
    {
        foreach (var (path, content) in after.Where(file => Workbench.IsScript(file.Key) && !(before.TryGetValue(file.Key, out var was) && was.AsSpan().SequenceEqual(file.Value))))
        {
            foreach (var source in ModuleGraph.Sources(ParsedScript.Read(Encoding.UTF8.GetString(content))!).Where(source => source.StartsWith('.')))
            {
                var target = ModuleGraph.Resolve(path, source).ShouldNotBeNull($"{path} imports {source}");
                (after.ContainsKey(target) || !before.ContainsKey(target) && before.ContainsKey(path)).ShouldBeTrue($"{path} imports {source}");
            }
        }
    }

    private static void JudgeFile(string path, byte[] content, Dictionary<string, byte[]> before, Dictionary<string, byte[]> after)
    {
        if (before.TryGetValue(path, out var author) && author.AsSpan().SequenceEqual(content))
            return;
        ServedPaths.Contains(path).ShouldBeTrue(path);
        if (path.EndsWith(".css", StringComparison.Ordinal))
        {
            StyleTokens.AreSame(Encoding.UTF8.GetString(author!), Encoding.UTF8.GetString(content)).ShouldBeTrue(path);
            return;
        }

        Path.GetExtension(path).ShouldBeOneOf(".js", ".mjs", ".cjs");
        var script = ParsedScript.Read(Encoding.UTF8.GetString(content)).ShouldNotBeNull(path);
        if (author is null)
            return; // a part of the entry that is loaded late
        var was = ParsedScript.Read(Encoding.UTF8.GetString(author)).ShouldNotBeNull(path);
        if (path == "dist/index.js" && was.IsModule)
        {
            // Bundled or not: what an importer sees of it, through what it passes on.
            ExportsOf(path, script, after).ShouldBe(ExportsOf(path, was, before), path);
        }
        else
        {
            ScriptShape.Of(was).Difference(ScriptShape.Of(script)).ShouldBeNull(path);
        }
    }

    private static SortedSet<string> ExportsOf(string path, ParsedScript script, Dictionary<string, byte[]> files) =>
        ModuleGraph.Of(path, name => files.TryGetValue(name, out var text) ? ParsedScript.Read(Encoding.UTF8.GetString(text)) : null).Graph?.Exports() ?? ModuleExports.Of(script);
}
