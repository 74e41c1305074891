using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Berth.Sdk.Analyzers.Rules;

/// <summary>BERTH003: a timer that nobody disposes. The framework's queue of timers holds its callback.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TimerAnalyzer() : UnloadAnalyzer(
    "BERTH003",
    "A timer is never disposed",
    "A running {0} keeps this plugin in memory after its unload. Take TimeProvider from the plugin's container and create the timer with it (the host disposes those), or dispose it in StopAsync or Dispose.")
{
    private static readonly string[] Endings = ["Dispose", "DisposeAsync", "Stop", "Close"];

    private protected override void Register(AnalysisContext context)
    {
        context.RegisterOperationAction(LookAtCreation, OperationKind.ObjectCreation);
        context.RegisterOperationAction(LookAtCall, OperationKind.Invocation);
    }

    private void LookAtCreation(OperationAnalysisContext context)
    {
        var creation = (IObjectCreationOperation)context.Operation;
        var isTimer = Framework.Is(creation.Type, "System.Threading.Timer")
            || Framework.Is(creation.Type, "System.Timers.Timer")
            || (Framework.Is(creation.Type, "System.Threading.CancellationTokenSource") && creation.Arguments.Length > 0 && !IsOfTimeProvider(creation));
        if (isTimer && !Lifetime.IsEnded(creation.Syntax, context.ContainingSymbol, Endings))
            context.ReportDiagnostic(Found(creation.Syntax, creation.Type!.Name));
    }

    private void LookAtCall(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.IsTo("System.TimeProvider", "CreateTimer")
            && call.Instance is IPropertyReferenceOperation { Property.Name: "System" }
            && !Lifetime.IsEnded(call.Syntax, context.ContainingSymbol, Endings))
        {
            context.ReportDiagnostic(Found(call.Syntax, "timer"));
        }
    }

    private static bool IsOfTimeProvider(IObjectCreationOperation creation) =>
        creation.Arguments.Any(argument => argument.Parameter?.Name == "timeProvider" && argument.Value.Unwrapped() is not IPropertyReferenceOperation { Property.Name: "System" });
}
