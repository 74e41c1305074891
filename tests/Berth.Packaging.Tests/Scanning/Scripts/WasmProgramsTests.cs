using System.Text;
using Berth.Packaging.Archive;
using Berth.Packaging.Scanning;

namespace Berth.Packaging.Tests.Scanning.Scripts;

public sealed class WasmProgramsTests
{
    [Fact]
    public async Task A_program_below_vm_is_listed_with_what_it_imports_and_does_not_hold_the_version()
    {
        var findings = await OfAsync("vm/app.wasm", Module("wasi_snapshot_preview1.fd_write", "wasi_snapshot_preview1.proc_exit"));
        var found = findings.ShouldHaveSingleItem();
        (found.Code, found.Severity).ShouldBe(("scan.scripts.wasm_program", Severity.Info));
        found.Explanation.ShouldContain("fd_write, wasi_snapshot_preview1.proc_exit");
    }

    [Fact]
    public async Task One_that_asks_the_host_says_so() =>
        (await OfAsync("vm/app.wasm", Module("berth.ask", "berth.answer"))).Select(finding => finding.Code).ShouldBe(["scan.scripts.wasm_program", "scan.scripts.wasm_asks"], ignoreOrder: true);

    [Fact]
    public async Task Imports_that_nobody_offers_are_found()
    {
        var found = (await OfAsync("vm/app.wasm", Module("env.system"))).Single(finding => finding.Code == "scan.scripts.wasm_imports");
        found.Severity.ShouldBe(Severity.High);
        found.Explanation.ShouldContain("env.system");
    }

    [Theory]
    [InlineData("not a module")]
    [InlineData("\0asm\u0001\0\0\0\u0002\u007f")]
    [InlineData("\0asm\u0001\0\0\0\u0002\u0003\u0001\u0005a")]
    [InlineData("\0asm\u0002\0\0\0")]
    public async Task What_is_no_module_is_not_taken_for_one(string content) =>
        (await OfAsync("vm/app.wasm", Encoding.Latin1.GetBytes(content))).ShouldHaveSingleItem().Code.ShouldBe("scan.scripts.wasm_broken");

    [Fact]
    public async Task A_front_end_s_module_is_named_as_before() =>
        (await OfAsync("dist/app.wasm", Module())).ShouldHaveSingleItem().Code.ShouldBe("scan.scripts.webassembly");

    [Fact]
    public async Task JavaScript_below_vm_is_server_code_and_scanned_as_all_scripts() =>
        new[] { "scan.scripts.node_module", "scan.scripts.eval" }.ShouldBeSubsetOf((await Scans.OfFileAsync("vm/main.mjs", "import fs from 'node:fs'; export default { fetch: () => eval(x) };")).Select(finding => finding.Code));

    private static async Task<IReadOnlyList<Finding>> OfAsync(string path, byte[] content) => [.. (await Scans.RunAsync(new PackageInput(path, content))).Findings];

    // One type (a function without anything), and imports of that type.
    private static byte[] Module(params string[] imports)
    {
        var section = new List<byte> { (byte)imports.Length };
        foreach (var parts in imports.Select(import => import.Split('.')))
        {
            foreach (var part in parts)
                section.AddRange([(byte)part.Length, .. Encoding.UTF8.GetBytes(part)]);
            section.AddRange([0, 0]);
        }

        return [.. "\0asm\u0001\0\0\0"u8, 1, 4, 1, 0x60, 0, 0, 2, (byte)section.Count, .. section];
    }
}
