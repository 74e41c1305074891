using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Berth.Sdk.Analyzers.Rules;

/// <summary>BERTH017: an HTTP client in a static member. It does not keep the plugin's code, but its connections outlive it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StaticHttpClientAnalyzer() : UnloadAnalyzer(
    "BERTH017",
    "An HTTP client is kept in a static member",
    "The connections of the static '{0}' stay open after the unload, and it goes around the capability network:http-client. Take HttpClient from the call's services.")
{
    private static readonly string[] Types = ["System.Net.Http.HttpMessageInvoker", "System.Net.Http.HttpMessageHandler"];

    private protected override void Register(AnalysisContext context) => context.RegisterSymbolAction(Look, SymbolKind.Field, SymbolKind.Property);

    private void Look(SymbolAnalysisContext context)
    {
        var type = context.Symbol switch
        {
            IFieldSymbol { IsImplicitlyDeclared: false } field => field.Type,
            IPropertySymbol property when property.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(field => SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, property)) => property.Type,
            _ => null,
        };
        if (context.Symbol.IsStatic && Array.Exists(Types, name => Framework.Derives(type, name)))
            context.ReportDiagnostic(Found(context.Symbol.Locations[0], context.Symbol.Name));
    }
}
