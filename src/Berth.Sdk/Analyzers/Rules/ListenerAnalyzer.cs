using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Berth.Sdk.Analyzers.Rules;

/// <summary>BERTH006: a listener to metrics, activities or events, or an instrument that is asked, which nobody disposes.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ListenerAnalyzer() : UnloadAnalyzer(
    "BERTH006",
    "A diagnostics listener is never disposed",
    "{0} is held by the process and keeps this plugin in memory after its unload. Dispose it in StopAsync or Dispose{1}.")
{
    private static readonly string[] Listeners =
    [
        "System.Diagnostics.Metrics.MeterListener", "System.Diagnostics.ActivityListener", "System.Diagnostics.Tracing.EventListener", "System.Diagnostics.Metrics.Meter",
    ];

    private protected override void Register(AnalysisContext context)
    {
        context.RegisterOperationAction(LookAtCreation, OperationKind.ObjectCreation);
        context.RegisterOperationAction(LookAtCall, OperationKind.Invocation);
    }

    private void LookAtCreation(OperationAnalysisContext context)
    {
        var creation = (IObjectCreationOperation)context.Operation;
        if (Array.Find(Listeners, name => Framework.Derives(creation.Type, name)) is not null && !Lifetime.IsEnded(creation.Syntax, context.ContainingSymbol, "Dispose"))
            context.ReportDiagnostic(Found(creation.Syntax, creation.Type!.Name, creation.Type.Name == "Meter" ? ", or make it with the IMeterFactory of the plugin's container" : ""));
    }

    private void LookAtCall(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.Syntax is not null
            && call.TargetMethod.Name == "Subscribe"
            && call.Instance is IPropertyReferenceOperation { Property: { Name: "AllListeners", ContainingType.Name: "DiagnosticListener" } }
            && !Lifetime.IsEnded(call.Syntax, context.ContainingSymbol, "Dispose"))
        {
            context.ReportDiagnostic(Found(call.Syntax, "A subscription to DiagnosticListener.AllListeners", ""));
        }
    }
}
