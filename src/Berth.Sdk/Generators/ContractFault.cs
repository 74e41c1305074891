using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Berth.Sdk.Generators;

/// <summary>One thing that is wrong with a contract, without a reference to the compilation it was found in.</summary>
internal sealed record ContractFault(DiagnosticDescriptor Rule, string Path, TextSpan Span, LinePositionSpan Lines, string First, string Second)
{
    public static ContractFault At(ISymbol symbol, DiagnosticDescriptor rule, string first, string second = "")
    {
        // What comes from another assembly has no place here: the compiler then names the project.
        var location = symbol.Locations.FirstOrDefault(place => place.IsInSource) ?? Location.None;
        return new ContractFault(rule, location.SourceTree?.FilePath ?? "", location.SourceSpan, location.GetLineSpan().Span, first, second);
    }

    public Diagnostic ToDiagnostic() =>
        Diagnostic.Create(Rule, Path.Length == 0 ? Location.None : Location.Create(Path, Span, Lines), First, Second);
}
