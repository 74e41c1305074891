using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Berth.Sdk.Analyzers.Rules;

/// <summary>BERTH001: a handler of an event that lives as long as the process, and is never taken away.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FrameworkEventAnalyzer() : UnloadAnalyzer(
    "BERTH001",
    "A handler of a process-wide event is never removed",
    "The handler of {0} keeps this plugin in memory after its unload. Keep it in a method or field and remove it with '-=' in StopAsync or Dispose.")
{
    private protected override void Register(AnalysisContext context) => context.RegisterOperationAction(Look, OperationKind.EventAssignment);

    private void Look(OperationAnalysisContext context)
    {
        var assignment = (IEventAssignmentOperation)context.Operation;
        if (assignment.Adds && assignment.EventReference is IEventReferenceOperation target && IsProcessWide(target) && !IsRemoved(assignment, context.ContainingSymbol))
            context.ReportDiagnostic(Found(assignment.Syntax, $"{target.Event.ContainingType.Name}.{target.Event.Name}"));
    }

    private static bool IsProcessWide(IEventReferenceOperation target)
    {
        if (!Framework.Owns(target.Event))
            return false;
        return target.Event.IsStatic
            || Framework.Is(target.Event.ContainingType, "System.AppDomain")
            || target.Instance is IPropertyReferenceOperation { Property: { Name: "Default", ContainingType.Name: "AssemblyLoadContext" } };
    }

    private static bool IsRemoved(IEventAssignmentOperation assignment, ISymbol within)
    {
        if (assignment.Syntax is not AssignmentExpressionSyntax { Right: not AnonymousFunctionExpressionSyntax } added)
            return false;
        return Lifetime.NodesOf(within).OfType<AssignmentExpressionSyntax>().Any(removed =>
            removed.IsKind(SyntaxKind.SubtractAssignmentExpression)
            && Lifetime.NameOf(removed.Left) == Lifetime.NameOf(added.Left)
            && (SyntaxFactory.AreEquivalent(removed.Right, added.Right) || (Lifetime.NameOf(added.Right) is { } name && Lifetime.NameOf(removed.Right) == name)));
    }
}
