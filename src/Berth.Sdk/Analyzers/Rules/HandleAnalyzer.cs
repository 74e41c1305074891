using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Berth.Sdk.Analyzers.Rules;

/// <summary>BERTH010: a GC handle that is never freed.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HandleAnalyzer() : UnloadAnalyzer(
    "BERTH010",
    "A GC handle is never freed",
    "A GC handle keeps its object, and with it this plugin, in memory until it is freed. {0}")
{
    private protected override void Register(AnalysisContext context)
    {
        context.RegisterOperationAction(LookAtCall, OperationKind.Invocation);
        context.RegisterOperationAction(LookAtCreation, OperationKind.ObjectCreation);
    }

    private void LookAtCall(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.IsTo("System.Runtime.InteropServices.GCHandle", "Alloc")
            && call.Argument("type")?.Syntax.ToString().Contains("Weak") != true
            && Framework.MayHoldPluginType(call.Argument("value")?.Type)
            && !Lifetime.HasCall(context.ContainingSymbol, "Free"))
        {
            context.ReportDiagnostic(Found(call.Syntax, "Free it in a finally block, StopAsync or Dispose."));
        }
    }

    private void LookAtCreation(OperationAnalysisContext context)
    {
        var type = context.Operation.Type;
        if ((Framework.Is(type, "System.Runtime.InteropServices.GCHandle") || Framework.Is(type, "System.Runtime.InteropServices.PinnedGCHandle"))
            && type is INamedTypeSymbol { TypeArguments.Length: 1 } handle
            && Framework.MayHoldPluginType(handle.TypeArguments[0])
            && !Lifetime.IsEnded(context.Operation.Syntax, context.ContainingSymbol, "Dispose"))
        {
            context.ReportDiagnostic(Found(context.Operation.Syntax, "Dispose it in a finally block, StopAsync or Dispose."));
        }
    }
}
