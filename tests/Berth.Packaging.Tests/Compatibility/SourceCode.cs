using Berth.Packaging.Compatibility;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Berth.Packaging.Tests.Compatibility;

/// <summary>Assemblies built from a few lines of C#.</summary>
internal static class SourceCode
{
    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is "System.Runtime.dll" or "System.Private.CoreLib.dll").Select(path => MetadataReference.CreateFromFile(path))];

    public static byte[] Build(string source)
    {
        var compilation = CSharpCompilation.Create(
            "Contracts", [CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Latest))], References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        using var output = new MemoryStream();
        var result = compilation.Emit(output);
        result.Success.ShouldBeTrue(string.Join('\n', result.Diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error)));
        return output.ToArray();
    }

    /// <summary>The changes, as <c>severity code subject</c>.</summary>
    public static IReadOnlyList<string> Changes(string from, string to)
    {
        var changes = new List<CompatibilityChange>();
        SurfaceComparer.Compare(ContractSurface.TryRead(Build(from)).ShouldNotBeNull(), ContractSurface.TryRead(Build(to)).ShouldNotBeNull(), changes);
        return [.. changes.Select(change => $"{change.Severity} {change.Code} {change.Subject}").Order(StringComparer.Ordinal)];
    }
}
