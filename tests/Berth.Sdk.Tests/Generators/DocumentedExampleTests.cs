using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Berth.Sdk.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Berth.Sdk.Tests.Generators;

public sealed class DocumentedExampleTests
{
    // What ImplicitUsings gives an author.
    private const string ImplicitUsings = "global using System; global using System.Collections.Generic; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";

    [Fact]
    public void The_example_of_the_page_on_services_compiles()
    {
        var page = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../docs/services.md"));
        var contract = Compile("Weather.Contracts", Example(page, "contract"), []);
        Compile("Weather", Example(page, "provider"), [contract]);
        Compile("Dashboard", Example(page, "consumer"), [contract]);
    }

    private static MetadataReference Compile(string name, string source, MetadataReference[] references)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        var compilation = CSharpCompilation.Create(
            name,
            [CSharpSyntaxTree.ParseText(ImplicitUsings, options), CSharpSyntaxTree.ParseText(source, options)],
            [.. CompiledContract.References, .. references],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        CSharpGeneratorDriver.Create([new ServiceContractGenerator().AsSourceGenerator()], parseOptions: options).RunGeneratorsAndUpdateCompilation(compilation, out var output, out var faults);
        faults.ShouldBeEmpty();
        output.GetDiagnostics().Where(one => one.Severity >= DiagnosticSeverity.Warning).ShouldBeEmpty(name);
        using var image = new MemoryStream();
        output.Emit(image).Success.ShouldBeTrue();
        return MetadataReference.CreateFromImage(image.ToArray());
    }

    private static string Example(string page, string name) =>
        Regex.Match(page, $"<!-- example: {name} -->\\s*```csharp\\s*(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Groups["code"].Value;

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
