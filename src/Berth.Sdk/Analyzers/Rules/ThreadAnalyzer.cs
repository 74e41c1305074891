using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Berth.Sdk.Analyzers.Rules;

/// <summary>BERTH002: a thread of its own that nobody waits for.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ThreadAnalyzer() : UnloadAnalyzer(
    "BERTH002",
    "A thread is started and never waited for",
    "A thread that runs on keeps this plugin in memory after its unload. Use a BackgroundService, or end the thread when IPluginContext.Unloading is cancelled and wait for it ({0}) in StopAsync.")
{
    private protected override void Register(AnalysisContext context)
    {
        context.RegisterOperationAction(LookAtCreation, OperationKind.ObjectCreation);
        context.RegisterOperationAction(LookAtCall, OperationKind.Invocation);
    }

    private void LookAtCreation(OperationAnalysisContext context)
    {
        if (Framework.Is(context.Operation.Type, "System.Threading.Thread") && !Lifetime.IsEnded(context.Operation.Syntax, context.ContainingSymbol, "Join"))
            context.ReportDiagnostic(Found(context.Operation.Syntax, "Thread.Join"));
    }

    private void LookAtCall(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.IsTo("System.Threading.Tasks.TaskFactory", "StartNew")
            && call.Argument("creationOptions") is { } options
            && options.Syntax.ToString().Contains("LongRunning")
            && call.Parent is not IAwaitOperation
            && !Lifetime.IsEnded(call.Syntax, context.ContainingSymbol, "await", "Wait", "WaitAsync"))
        {
            context.ReportDiagnostic(Found(call.Syntax, "await its task"));
        }
    }
}
