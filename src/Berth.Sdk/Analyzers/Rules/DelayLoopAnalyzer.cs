using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Berth.Sdk.Analyzers.Rules;

/// <summary>BERTH005: a loop that sleeps and looks at no token.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DelayLoopAnalyzer() : UnloadAnalyzer(
    "BERTH005",
    "A loop waits without a token",
    "A loop that waits with {0} goes on after the unload and keeps the plugin in memory. Use Task.Delay with IPluginContext.Unloading or the token of the BackgroundService.")
{
    private protected override void Register(AnalysisContext context) => context.RegisterOperationAction(Look, OperationKind.Invocation);

    private void Look(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (LoopAround(call.Syntax) is not { } loop)
            return;
        if (call.IsTo("System.Threading.Tasks.Task", "Delay") && call.HasNoToken())
            context.ReportDiagnostic(Found(call.Syntax, "Task.Delay"));
        else if (call.IsTo("System.Threading.Thread", "Sleep") && IsEndless(loop))
            context.ReportDiagnostic(Found(call.Syntax, "Thread.Sleep"));
    }

    // A loop over a collection ends by itself. Another one may, but a token costs nothing.
    private static SyntaxNode? LoopAround(SyntaxNode call) => call.Ancestors()
        .TakeWhile(node => node is not (MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
        .FirstOrDefault(node => node is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax);

    private static bool IsEndless(SyntaxNode loop)
    {
        var condition = loop switch
        {
            WhileStatementSyntax each => each.Condition,
            DoStatementSyntax each => each.Condition,
            ForStatementSyntax each => each.Condition,
            _ => null,
        };
        return (condition is null || condition.IsKind(SyntaxKind.TrueLiteralExpression))
            && !loop.DescendantNodes().Any(node => node is BreakStatementSyntax or ReturnStatementSyntax || Lifetime.NameOf(node) is "ThrowIfCancellationRequested");
    }
}
