using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Berth.Sdk.Analyzers.Rules;

/// <summary>BERTH015: endpoints whose parameters are bound by reflection, because the Request Delegate Generator is off.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RequestDelegateAnalyzer() : UnloadAnalyzer(
    "BERTH015",
    "Endpoints are bound by reflection",
    "{0} binds this handler by reflection and leaves its types in a cache of the framework, which the host has to search before the plugin can be unloaded. Set EnableRequestDelegateGenerator to true in the project.")
{
    private protected override void Register(AnalysisContext context) => context.RegisterCompilationStartAction(start =>
    {
        // What the generator writes is part of the compilation that analyzers see.
        if (IsGenerated(start.Compilation))
            return;
        start.RegisterOperationAction(Look, OperationKind.Invocation);
    });

    private void Look(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (Framework.Is(call.TargetMethod.ContainingType, "Microsoft.AspNetCore.Builder.EndpointRouteBuilderExtensions")
            && call.TargetMethod.Name.StartsWith("Map", StringComparison.Ordinal)
            && call.TargetMethod.Parameters.Any(parameter => parameter.Type.SpecialType == SpecialType.System_Delegate))
        {
            context.ReportDiagnostic(Found(call.Syntax, call.TargetMethod.Name));
        }
    }

    private static bool IsGenerated(Compilation compilation)
    {
        INamespaceSymbol? inner = compilation.Assembly.GlobalNamespace;
        foreach (var name in new[] { "Microsoft", "AspNetCore", "Http", "Generated" })
            inner = inner?.GetNamespaceMembers().FirstOrDefault(member => member.Name == name);
        return inner is not null;
    }
}
