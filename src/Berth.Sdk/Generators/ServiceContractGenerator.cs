using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Berth.Sdk.Generators;

/// <summary>
/// Writes, for each interface with <c>[ServiceContract]</c>, what a consumer calls (a proxy) and what calls the provider,
/// both in terms of JSON; or says which part of the contract could not cross a process border.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class ServiceContractGenerator : IIncrementalGenerator
{
    /// <inheritdoc />
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        // The outcome is text and places, so that an unchanged contract is not written again at every keystroke.
        var contracts = context.SyntaxProvider.ForAttributeWithMetadataName(
            "Berth.ServiceContractAttribute",
            static (node, _) => node is InterfaceDeclarationSyntax,
            static (found, _) => Read((INamedTypeSymbol)found.TargetSymbol));
        context.RegisterSourceOutput(contracts, static (output, contract) =>
        {
            foreach (var fault in contract.Faults)
                output.ReportDiagnostic(fault.ToDiagnostic());
            if (contract.Source is not null)
                output.AddSource(contract.Name + ".g.cs", contract.Source);
        });
    }

    private static ContractText Read(INamedTypeSymbol symbol)
    {
        var faults = new List<ContractFault>();
        var contract = ContractReader.Read(symbol, faults);
        return new ContractText(contract.Name, faults.Count == 0 ? ContractSource.Write(contract) : null, new FaultList(faults));
    }
}
