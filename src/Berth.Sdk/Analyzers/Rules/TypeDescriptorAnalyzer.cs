using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Berth.Sdk.Analyzers.Rules;

/// <summary>BERTH013: TypeDescriptor, which keeps what it has learned about a type.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TypeDescriptorAnalyzer() : UnloadAnalyzer(
    "BERTH013",
    "TypeDescriptor remembers types of the plugin",
    "TypeDescriptor.{0} leaves types of this plugin in caches of the framework, which the host has to search before the plugin can be unloaded. Use Parse, IParsable<T>, or code that is written for the type.")
{
    private protected override void Register(AnalysisContext context) => context.RegisterOperationAction(Look, OperationKind.Invocation);

    private void Look(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (Framework.Is(call.TargetMethod.ContainingType, "System.ComponentModel.TypeDescriptor") && IsAboutPlugin(call))
            context.ReportDiagnostic(Found(call.Syntax, call.TargetMethod.Name));
    }

    private static bool IsAboutPlugin(IInvocationOperation call) => call.Arguments.FirstOrDefault()?.Value.Unwrapped() switch
    {
        null => call.TargetMethod.TypeArguments.Any(Framework.MayHoldPluginType),
        ITypeOfOperation of => Framework.MayHoldPluginType(of.TypeOperand),
        var value => Framework.MayHoldPluginType(value.Type) || Framework.Is(value.Type, "System.Type"),
    };
}
