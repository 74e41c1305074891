using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Berth.Sdk.Analyzers.Rules;

/// <summary>BERTH009: C# <c>dynamic</c>. The runtime binder remembers the call sites and types that it has seen.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DynamicAnalyzer() : UnloadAnalyzer(
    "BERTH009",
    "'dynamic' keeps the plugin in memory",
    "The binder of 'dynamic' caches what it has bound and keeps this plugin in memory after its unload. Use a type, an interface, or JsonElement.")
{
    private protected override void Register(AnalysisContext context) => context.RegisterOperationAction(
        Look,
        OperationKind.DynamicInvocation,
        OperationKind.DynamicMemberReference,
        OperationKind.DynamicIndexerAccess,
        OperationKind.DynamicObjectCreation,
        OperationKind.Binary,
        OperationKind.Unary,
        OperationKind.Conversion);

    private void Look(OperationAnalysisContext context)
    {
        // One word for an expression is enough: the outermost binding of it.
        if (IsBound(context.Operation) && !Around(context.Operation).Any(IsBound))
            context.ReportDiagnostic(Found(context.Operation.Syntax));
    }

    private static IEnumerable<IOperation> Around(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not (null or IBlockOperation or IAnonymousFunctionOperation); parent = parent.Parent)
            yield return parent;
    }

    private static bool IsBound(IOperation operation) => operation switch
    {
        IDynamicInvocationOperation or IDynamicMemberReferenceOperation or IDynamicIndexerAccessOperation or IDynamicObjectCreationOperation => true,
        IBinaryOperation binary => binary.OperatorMethod is null && (IsDynamic(binary.LeftOperand) || IsDynamic(binary.RightOperand)),
        IUnaryOperation unary => unary.OperatorMethod is null && IsDynamic(unary.Operand),
        IConversionOperation { Type.SpecialType: not SpecialType.System_Object } conversion => IsDynamic(conversion.Operand) && conversion.Type is not IDynamicTypeSymbol,
        _ => false,
    };

    private static bool IsDynamic(IOperation operation) => operation.Type is IDynamicTypeSymbol;
}
