using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Berth.Sdk.Analyzers.Rules;

/// <summary>BERTH014: the Validator of DataAnnotations, which keeps the attributes of each type it has validated.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ValidatorAnalyzer() : UnloadAnalyzer(
    "BERTH014",
    "DataAnnotations' Validator remembers types of the plugin",
    "Validator.{0} leaves types of this plugin in a cache of the framework, which the host has to search before the plugin can be unloaded. Check the values in code, or with [OptionsValidator]'s generated validator.")
{
    private protected override void Register(AnalysisContext context) => context.RegisterOperationAction(Look, OperationKind.Invocation);

    private void Look(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (Framework.Is(call.TargetMethod.ContainingType, "System.ComponentModel.DataAnnotations.Validator"))
            context.ReportDiagnostic(Found(call.Syntax, call.TargetMethod.Name));
        else if (call.TargetMethod.Name == "ValidateDataAnnotations" && Framework.Owns(call.TargetMethod))
            context.ReportDiagnostic(Found(call.Syntax, call.TargetMethod.Name));
    }
}
