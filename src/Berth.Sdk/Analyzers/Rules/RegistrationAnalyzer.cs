using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Berth.Sdk.Analyzers.Rules;

/// <summary>BERTH007: an object of the plugin is left in a place that belongs to the whole process.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RegistrationAnalyzer() : UnloadAnalyzer(
    "BERTH007",
    "An object of the plugin is left with the process",
    "{0} hands an object of this plugin to the whole process, which keeps the plugin in memory after its unload. {1}")
{
    private protected override void Register(AnalysisContext context) => context.RegisterOperationAction(Look, OperationKind.Invocation);

    private void Look(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (Remedy(call, context.ContainingSymbol) is { } remedy)
            context.ReportDiagnostic(Found(call.Syntax, $"{call.TargetMethod.ContainingType.Name}.{call.TargetMethod.Name}", remedy));
    }

    private static string? Remedy(IInvocationOperation call, ISymbol within)
    {
        if (call.IsTo("System.Runtime.InteropServices.PosixSignalRegistration", "Create"))
            return Lifetime.IsEnded(call.Syntax, within, "Dispose") ? null : "Dispose the registration in StopAsync or Dispose.";
        if (call.IsTo("System.Threading.ThreadPool", "RegisterWaitForSingleObject", "UnsafeRegisterWaitForSingleObject"))
            return Lifetime.IsEnded(call.Syntax, within, "Unregister") ? null : "Unregister it in StopAsync or Dispose.";
        if (call.IsTo("System.Diagnostics.TraceListenerCollection", "Add"))
            return Lifetime.HasCall(within, "Remove") ? null : "Remove it in StopAsync or Dispose, or log through ILogger.";
        if (call.IsTo("System.Text.Encoding", "RegisterProvider"))
            return IsFrameworks(call, "provider") ? null : "Use the encoding directly; a provider cannot be taken back.";
        if (call.IsTo("System.Console", "SetOut", "SetError", "SetIn"))
            return "Log through ILogger; the console is the host's.";
        if (call.IsTo("System.AppContext", "SetData") || call.IsTo("System.AppDomain", "SetData"))
            return IsFrameworks(call, "data") ? null : "Keep it in a service of the plugin's container.";
        return null;
    }

    private static bool IsFrameworks(IInvocationOperation call, string parameter) =>
        call.Argument(parameter) is not { } value || value.ConstantValue.HasValue || !Framework.MayHoldPluginType(value.Type);
}
