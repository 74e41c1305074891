using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Berth.Packaging.Tests.Scanning.Il;

/// <summary>Assemblies compiled for a test.</summary>
internal static class Compiled
{
    private static readonly MetadataReference[] References = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(path).StartsWith("Microsoft.Win32", StringComparison.Ordinal) || Path.GetFileName(path) is "netstandard.dll" or "mscorlib.dll" or "Microsoft.CSharp.dll" or "Berth.Abstractions.dll")
        .Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>The assembly of a source text.</summary>
    public static byte[] From(string source, byte[]? resource = null, string resourceName = "data.bin")
    {
        var compilation = CSharpCompilation.Create(
            "Some", [CSharpSyntaxTree.ParseText(source)], References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, optimizationLevel: OptimizationLevel.Release));
        using var output = new MemoryStream();
        var result = compilation.Emit(output, manifestResources: resource is null ? [] : [new ResourceDescription(resourceName, () => new MemoryStream(resource), isPublic: true)]);
        result.Success.ShouldBeTrue(string.Join(Environment.NewLine, result.Diagnostics));
        return output.ToArray();
    }

    /// <summary>An assembly with one method of these statements.</summary>
    public static byte[] Method(string statements, string members = "") => From(
        $"using System; using System.IO; using System.Linq; using System.Net; using System.Net.Http; using System.Reflection; using System.Runtime.InteropServices; public unsafe class Some {{ {members} public object Run(object given) {{ {statements} return null; }} }}");

    /// <summary>The same bytes with other ones written over them.</summary>
    public static byte[] Damaged(byte[] bytes, int seed)
    {
        var damaged = (byte[])bytes.Clone();
        var random = new Random(seed);
        for (var i = 0; i < 1 + (seed % 40); i++)
            damaged[random.Next(128, damaged.Length)] = (byte)random.Next(256);
        return damaged;
    }

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
