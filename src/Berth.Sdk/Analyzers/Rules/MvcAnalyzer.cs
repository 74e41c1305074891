using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Berth.Sdk.Analyzers.Rules;

/// <summary>BERTH016: MVC in a plugin. Its application parts, model metadata and view caches keep the plugin's types.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MvcAnalyzer() : UnloadAnalyzer(
    "BERTH016",
    "MVC keeps types of the plugin",
    "{0} brings MVC, whose application parts and metadata can keep this plugin in memory after its unload. Map minimal API endpoints in MapEndpoints.")
{
    private static readonly string[] Methods =
    [
        "AddControllers", "AddControllersWithViews", "AddMvc", "AddMvcCore", "AddRazorPages", "AddApplicationPart",
    ];

    private protected override void Register(AnalysisContext context) => context.RegisterOperationAction(Look, OperationKind.Invocation);

    private void Look(OperationAnalysisContext context)
    {
        var method = ((IInvocationOperation)context.Operation).TargetMethod;
        if (Methods.Contains(method.Name) && method.ContainingAssembly.Name.StartsWith("Microsoft.AspNetCore.Mvc", StringComparison.Ordinal))
            context.ReportDiagnostic(Found(context.Operation.Syntax, method.Name));
    }
}
