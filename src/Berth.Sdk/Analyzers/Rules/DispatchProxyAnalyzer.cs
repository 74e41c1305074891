using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Berth.Sdk.Analyzers.Rules;

/// <summary>BERTH008: a DispatchProxy. Its generated types live in an assembly that is never collected.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DispatchProxyAnalyzer() : UnloadAnalyzer(
    "BERTH008",
    "A DispatchProxy keeps the plugin in memory",
    "The types that DispatchProxy generates are never collected and keep this plugin in memory after its unload. Write the class, or let a source generator write it.")
{
    private protected override void Register(AnalysisContext context) => context.RegisterOperationAction(Look, OperationKind.Invocation);

    private void Look(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.IsTo("System.Reflection.DispatchProxy", "Create"))
            context.ReportDiagnostic(Found(call.Syntax));
    }
}
