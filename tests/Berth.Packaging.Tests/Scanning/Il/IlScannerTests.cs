using Berth.Packaging.Archive;
using Berth.Packaging.Scanning;

namespace Berth.Packaging.Tests.Scanning.Il;

public sealed class IlScannerTests
{
    [Theory]
    [InlineData("new HttpClient().GetAsync(\"https://example.org\");", "network:http-client", Severity.Medium)]
    [InlineData("new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Raw, System.Net.Sockets.ProtocolType.Icmp);", "network:raw-socket", Severity.Critical)]
    [InlineData("new System.Net.Sockets.TcpListener(IPAddress.Any, 1).Start();", "network:tcp-server", Severity.High)]
    [InlineData("new System.Net.WebSockets.ClientWebSocket();", "network:websocket", Severity.Medium)]
    [InlineData("Dns.GetHostAddresses(\"x\");", "network:http-client", Severity.Medium)]
    [InlineData("File.ReadAllText(\"/etc/passwd\");", "filesystem:read-data", Severity.Medium)]
    [InlineData("File.WriteAllText(\"/tmp/x\", \"\");", "filesystem:write-data", Severity.High)]
    [InlineData("new StreamReader(\"/etc/passwd\");", "filesystem:read-data", Severity.Medium)]
    [InlineData("new StreamWriter(\"/tmp/x\");", "filesystem:write-data", Severity.High)]
    [InlineData("Directory.Delete(\"/\", true);", "filesystem:write-data", Severity.High)]
    [InlineData("System.Diagnostics.Process.Start(\"sh\");", "process:spawn-child", Severity.Critical)]
    [InlineData("Environment.GetEnvironmentVariable(\"BERTH_ADMIN_TOKEN\");", "process:access-env", Severity.High)]
    [InlineData("PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => { });", "process:signal-handling", Severity.High)]
    [InlineData("((System.Data.Common.DbCommand)given).ExecuteNonQuery();", "database:read-write", Severity.High)]
    [InlineData("System.Security.Cryptography.RSA.Create();", "security:crypto-operations", Severity.Low)]
    [InlineData("((Berth.IPluginFiles)given).OpenReadAsync(\"docs/a\");", "filesystem:read-data", Severity.Medium)]
    [InlineData("((Berth.IPluginFiles)given).ListFoldersAsync();", "filesystem:read-data", Severity.Medium)]
    [InlineData("((Berth.IPluginFiles)given).WriteAsync(\"docs/a\", Stream.Null);", "filesystem:write-data", Severity.High)]
    [InlineData("((Berth.IPluginFiles)given).DeleteAsync(\"docs/a\");", "filesystem:write-data", Severity.High)]
    [InlineData("((Berth.IPluginProcesses)given).RunAsync(\"sh\", new string[0]);", "process:spawn-child", Severity.Critical)]
    [InlineData("Func<string, string> read = File.ReadAllText; return read;", "filesystem:read-data", Severity.Medium)]
    public async Task A_capability_that_is_used_and_not_declared_is_found_with_who_uses_it(string statements, string capability, Severity severity)
    {
        var finding = (await Scans.OfAssemblyAsync(Compiled.Method(statements))).Where(finding => finding.Capability == capability).ShouldHaveSingleItemOrMore();
        finding.Code.ShouldBe("scan.il.undeclared_capability");
        finding.Severity.ShouldBe(severity);
        finding.File.ShouldBe("lib/net10.0/Some.dll");
        finding.Explanation.ShouldContain("Some.Run");

        (await Scans.OfAssemblyAsync(Compiled.Method(statements), capability)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Assembly.Load(new byte[0]);", "scan.il.dynamic_loading")]
    [InlineData("Assembly.LoadFrom(\"x.dll\");", "scan.il.dynamic_loading")]
    [InlineData("new System.Runtime.Loader.AssemblyLoadContext(\"x\").LoadFromAssemblyPath(\"/x\");", "scan.il.dynamic_loading")]
    [InlineData("Activator.CreateInstance(\"mscorlib\", \"System.Object\");", "scan.il.dynamic_loading")]
    [InlineData("NativeLibrary.Load(\"libc\");", "scan.il.dynamic_loading")]
    [InlineData("Activator.CreateInstance((Type)given);", "scan.il.reflection")]
    [InlineData("Type.GetType((string)given).GetMethod(\"Run\").Invoke(null, null);", "scan.il.reflection")]
    [InlineData("((Delegate)given).DynamicInvoke();", "scan.il.reflection")]
    [InlineData("new System.Reflection.Emit.DynamicMethod(\"x\", typeof(int), null);", "scan.il.code_generation")]
    [InlineData("System.Linq.Expressions.Expression.Lambda<Func<int>>(System.Linq.Expressions.Expression.Constant(1)).Compile();", "scan.il.code_generation")]
    [InlineData("Environment.Exit(1);", "scan.il.ends_process")]
    [InlineData("return Microsoft.Win32.Registry.LocalMachine.OpenSubKey(\"x\");", "scan.il.registry")]
    [InlineData("byte* p = (byte*)given.GetHashCode(); *p = 1;", "scan.il.unsafe_code")]
    [InlineData("Marshal.ReadInt32(IntPtr.Zero);", "scan.il.unsafe_code")]
    [InlineData("delegate*<int> f = null; f();", "scan.il.function_pointer")]
    [InlineData("var t = Type.GetType(\"System.Diagnostics.Process, System.Diagnostics.Process\"); return t;", "scan.il.hidden_reference")]
    public async Task What_no_capability_permits_is_found(string statements, string code) =>
        (await Scans.OfAssemblyAsync(Compiled.Method(statements))).Select(finding => finding.Code).ShouldContain(code);

    [Fact]
    public async Task Calls_into_native_libraries_are_found_declared_by_hand_or_generated()
    {
        var byHand = Compiled.Method("getpid();", "[DllImport(\"libc\", EntryPoint = \"getpid\")] static extern int getpid();");

        var finding = (await Scans.OfAssemblyAsync(byHand)).Single(finding => finding.Code == "scan.il.pinvoke");

        finding.Severity.ShouldBe(Severity.High);
        finding.Explanation.ShouldContain("libc");
        // What LibraryImport generates: a local function with the import inside the partial method.
        var generated = Compiled.Method("Generated();", "static int Generated() { return __PInvoke(); [DllImport(\"libc\", EntryPoint = \"kill\", ExactSpelling = true)] static extern unsafe int __PInvoke(); }");
        (await Scans.OfAssemblyAsync(generated)).ShouldContain(found => found.Code == "scan.il.pinvoke" && found.Explanation.Contains("kill"));
    }

    [Fact]
    public async Task Harmless_code_is_clean()
    {
        const string Statements = """
            var list = new System.Collections.Generic.List<int> { 1, 2 }; var text = string.Join(',', list.Where(x => x > 1));
            var hash = System.Security.Cryptography.SHA256.HashData(new byte[1]); Span<byte> small = stackalloc byte[16]; int[] made = [1, 2, 3];
            using var reader = new StreamReader(new MemoryStream(hash)); System.Text.Json.JsonDocument.Parse("{}"); var name = typeof(int).FullName;
            """;
        var report = await Scans.RunAsync(new PackageInput("lib/net10.0/Some.dll", Compiled.Method(Statements)));

        report.Of("il").ShouldNotBeNull().Outcome.ShouldBeOfType<ScanOutcome.Clean>(string.Join('\n', report.Findings));
    }

    [Fact]
    public async Task A_module_initializer_is_found() =>
        (await Scans.OfAssemblyAsync(Compiled.From("public static class M { [System.Runtime.CompilerServices.ModuleInitializer] public static void Go() { } }")))
            .ShouldContain(finding => finding.Code == "scan.il.module_initializer");

    [Fact]
    public async Task An_assembly_within_a_resource_is_found_and_looked_at_as_well()
    {
        var inner = Compiled.Method("System.Diagnostics.Process.Start(\"sh\");");

        var findings = await Scans.OfAssemblyAsync(Compiled.From("public class Outer { }", inner, "Inner.dll"));

        findings.ShouldContain(finding => finding.Code == "scan.il.embedded_executable" && finding.Severity == Severity.High);
        findings.ShouldContain(finding => finding.Capability == "process:spawn-child" && finding.File!.StartsWith("lib/net10.0/Some.dll!"));
    }

    [Fact]
    public async Task A_program_hidden_in_a_picture_is_found()
    {
        var picture = new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G', 0, 1, 2, 3, 0x0A }.Concat(Compiled.From("public class A { }")).ToArray();

        (await Scans.RunAsync(new PackageInput("assets/logo.png", picture))).Findings.ShouldContain(finding => finding.Code == "scan.il.embedded_executable");
    }

    [Theory]
    [InlineData(new byte[] { 0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0 })]
    [InlineData(new byte[] { 0xCF, 0xFA, 0xED, 0xFE, 7, 0, 0, 1, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0 })]
    public async Task Native_libraries_are_found_whatever_they_are_called(byte[] start) =>
        (await Scans.RunAsync(new PackageInput("assets/data.json", start.Concat(new byte[100]).ToArray()))).Findings.ShouldContain(finding => finding.Code == "scan.il.native_binary");

    [Fact]
    public async Task What_is_named_like_an_assembly_and_is_none_is_a_finding() =>
        (await Scans.OfAssemblyAsync(Compiled.Utf8("no assembly at all, really"))).ShouldContain(finding => finding.Code == "scan.il.broken");

    [Fact]
    public async Task Broken_metadata_is_a_finding_and_never_an_error()
    {
        var good = Compiled.Method("File.ReadAllText(\"x\"); Assembly.Load(new byte[0]);", "[DllImport(\"libc\")] static extern int getpid();");
        for (var seed = 0; seed < 300; seed++)
        {
            var report = await Scans.RunAsync(new PackageInput("lib/net10.0/Some.dll", Compiled.Damaged(good, seed)));
            report.Of("il").ShouldNotBeNull().Outcome.Word.ShouldBeOneOf(["findings", "clean"], $"seed {seed}");
        }
    }

    [Fact]
    public async Task A_program_in_base64_is_found() =>
        (await Scans.OfAssemblyAsync(Compiled.Method($"return \"{Convert.ToBase64String(Compiled.From("class A { }"))}\";"))).ShouldContain(finding => finding.Code == "scan.il.encoded_executable");
}
