using System.Runtime.Loader;
using Berth.Contracts;
using Berth.Sdk.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Berth.Sdk.Tests.Generators;

/// <summary>A snippet compiled with the generator, as an author's project would be.</summary>
internal sealed class CompiledContract
{
    public static MetadataReference[] References { get; } =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private CompiledContract(Compilation compilation, IReadOnlyList<Diagnostic> faults)
    {
        Compilation = compilation;
        Faults = faults;
    }

    public Compilation Compilation { get; }

    /// <summary>What the generator said.</summary>
    public IReadOnlyList<Diagnostic> Faults { get; }

    public IEnumerable<string> Ids => Faults.Select(fault => fault.Id);

    public static CompiledContract Of(string source)
    {
        const string Usings = "using System; using System.Collections.Generic; using System.Threading; using System.Threading.Tasks; using Berth; namespace Snippet;\n";
        var tree = CSharpSyntaxTree.ParseText(Usings + source, new CSharpParseOptions(LanguageVersion.Latest), path: "Snippet.cs");
        var compilation = CSharpCompilation.Create("Snippet", [tree], References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        CSharpGeneratorDriver.Create([new ServiceContractGenerator().AsSourceGenerator()], parseOptions: new CSharpParseOptions(LanguageVersion.Latest))
            .RunGeneratorsAndUpdateCompilation(compilation, out var output, out var faults);
        return new CompiledContract(output, faults);
    }

    /// <summary>Loads it and returns the contract <c>Snippet.{name}</c>.</summary>
    public (Type Interface, ServiceContract Contract) Load(string name = "IContract")
    {
        using var image = new MemoryStream();
        var emitted = Compilation.Emit(image);
        emitted.Success.ShouldBeTrue(string.Join(Environment.NewLine, emitted.Diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error)));
        image.Position = 0;
        var type = new AssemblyLoadContext("snippet", isCollectible: true).LoadFromStream(image).GetType("Snippet." + name, throwOnError: true)!;
        return (type, ServiceContract.Of(type).ShouldNotBeNull());
    }

    /// <summary>Runs <c>Snippet.Scene.PlayAsync(contract)</c> over a proxy whose provider is a <c>Snippet.Provider</c>.</summary>
    public async Task<string> PlayAsync()
    {
        var (type, contract) = Load();
        var provider = Activator.CreateInstance(type.Assembly.GetType("Snippet.Provider", throwOnError: true)!)!;
        var proxy = contract.CreateProxy(new Loop(contract, provider));
        return await (Task<string>)type.Assembly.GetType("Snippet.Scene", throwOnError: true)!.GetMethod("PlayAsync")!.Invoke(null, [proxy])!;
    }

    private sealed class Loop(ServiceContract contract, object provider) : IServiceChannel
    {
        public Task<ReadOnlyMemory<byte>> CallAsync(ContractOperation operation, ReadOnlyMemory<byte> arguments, CancellationToken cancellationToken) =>
            contract.InvokeAsync(provider, operation.Key, arguments.ToArray(), cancellationToken);

        public IAsyncEnumerable<ReadOnlyMemory<byte>> StreamAsync(ContractOperation operation, ReadOnlyMemory<byte> arguments, CancellationToken cancellationToken) =>
            contract.StreamAsync(provider, operation.Key, arguments.ToArray(), cancellationToken);
    }
}
