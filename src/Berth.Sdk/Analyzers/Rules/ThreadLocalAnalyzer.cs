using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Berth.Sdk.Analyzers.Rules;

/// <summary>
/// BERTH011: a ThreadLocal over a type of the framework. Its values hang on the host's threads. One over a type of the
/// plugin goes with the plugin: its slots belong to a generic instance that is collected too.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ThreadLocalAnalyzer() : UnloadAnalyzer(
    "BERTH011",
    "A ThreadLocal is never disposed",
    "The values of a {0} hang on threads of the host and can keep this plugin in memory after its unload. Dispose it in StopAsync or Dispose, use a scoped service, or a type argument of the plugin's own.")
{
    private protected override void Register(AnalysisContext context) => context.RegisterOperationAction(Look, OperationKind.ObjectCreation);

    private void Look(OperationAnalysisContext context)
    {
        if (Framework.Is(context.Operation.Type, "System.Threading.ThreadLocal")
            && context.Operation.Type is INamedTypeSymbol { TypeArguments.Length: 1 } type
            && CanHoldForeignObject(type.TypeArguments[0])
            && !Lifetime.IsEnded(context.Operation.Syntax, context.ContainingSymbol, "Dispose"))
        {
            context.ReportDiagnostic(Found(context.Operation.Syntax, type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)));
        }
    }

    private static bool CanHoldForeignObject(ITypeSymbol value) => value.SpecialType == SpecialType.System_Object
        || (value is { IsReferenceType: true, SpecialType: not SpecialType.System_String } && !Framework.MayHoldPluginType(value) && (!value.IsSealed || value.TypeKind == TypeKind.Delegate));
}
