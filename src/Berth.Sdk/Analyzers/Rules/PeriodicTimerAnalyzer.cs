using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Berth.Sdk.Analyzers.Rules;

/// <summary>BERTH004: a loop over a PeriodicTimer that no token ends.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PeriodicTimerAnalyzer() : UnloadAnalyzer(
    "BERTH004",
    "A PeriodicTimer is waited for without a token",
    "This wait goes on after the unload and keeps the plugin in memory. Pass IPluginContext.Unloading, or the token of the BackgroundService.")
{
    private protected override void Register(AnalysisContext context) => context.RegisterOperationAction(Look, OperationKind.Invocation);

    private void Look(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.IsTo("System.Threading.PeriodicTimer", "WaitForNextTickAsync") && call.HasNoToken())
            context.ReportDiagnostic(Found(call.Syntax));
    }
}
