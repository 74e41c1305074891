using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Berth.Sdk.Analyzers.Rules;

/// <summary>BERTH018: a call into a native library, which the host's own process refuses.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NativeCodeAnalyzer() : UnloadAnalyzer(
    "BERTH018",
    "Native code does not run in the host's process",
    "'{0}' calls native code, which cannot be unloaded and is refused at isolation level 'none' (DllNotFoundException). Use managed code, or declare another level in security.sandbox.isolationLevel.")
{
    private protected override void Register(AnalysisContext context)
    {
        context.RegisterSymbolAction(LookAtMethod, SymbolKind.Method);
        context.RegisterOperationAction(LookAtCall, OperationKind.Invocation);
    }

    private void LookAtMethod(SymbolAnalysisContext context)
    {
        var method = (IMethodSymbol)context.Symbol;
        if (method.GetDllImportData() is not null || method.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "LibraryImportAttribute"))
            context.ReportDiagnostic(Found(method.Locations[0], method.Name));
    }

    private void LookAtCall(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.IsTo("System.Runtime.InteropServices.NativeLibrary", "Load", "TryLoad"))
            context.ReportDiagnostic(Found(call.Syntax, $"NativeLibrary.{call.TargetMethod.Name}"));
    }
}
