using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Berth.Sdk.Analyzers;

/// <summary>
/// Whether what an expression makes is ended by the type that makes it. Read from the text: a member of the name that it is
/// given is called with one of the endings somewhere in the type. Who hands it on, hands on the duty.
/// </summary>
internal static class Lifetime
{
    /// <summary>Whether the type calls one of <paramref name="endings"/> on what <paramref name="made"/> makes.</summary>
    /// <param name="made">The expression.</param>
    /// <param name="within">Where it stands.</param>
    /// <param name="endings">Names of methods that end it.</param>
    public static bool IsEnded(SyntaxNode made, ISymbol within, params string[] endings)
    {
        var outer = Outer(made);
        switch (outer.Parent)
        {
            case MemberAccessExpressionSyntax { Name.Identifier.Text: var member }:
                return endings.Contains(member);
            case ConditionalAccessExpressionSyntax { WhenNotNull: InvocationExpressionSyntax { Expression: MemberBindingExpressionSyntax { Name.Identifier.Text: var member } } }:
                return endings.Contains(member);
            case UsingStatementSyntax:
            case ReturnStatementSyntax or ArrowExpressionClauseSyntax or YieldStatementSyntax:
                return true;
            case AnonymousFunctionExpressionSyntax:
                // A factory: whoever calls it owns it. A container disposes what it makes.
                return true;
            case ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call }:
                return NameOf(call.Expression) is "Own";
            default:
                return NameGivenTo(outer) is { } name
                    && (name.Parent?.Parent?.Parent is UsingStatementSyntax or LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 } || IsEndedByName(name.Text, within, endings));
        }
    }

    /// <summary>Whether the outermost type calls a method of that name on anything.</summary>
    public static bool HasCall(ISymbol within, string method) => NodesOf(within).OfType<InvocationExpressionSyntax>().Any(call => NameOf(call.Expression) == method);

    /// <summary>All nodes of the outermost type around a symbol, in all its parts.</summary>
    public static IEnumerable<SyntaxNode> NodesOf(ISymbol within)
    {
        var type = within as INamedTypeSymbol ?? within.ContainingType;
        while (type?.ContainingType is { } container)
            type = container;
        return type is null ? [] : type.DeclaringSyntaxReferences.SelectMany(part => part.GetSyntax().DescendantNodes());
    }

    /// <summary>The last name of <c>a</c>, <c>this.a</c>, <c>b.a</c>, <c>a!</c> or <c>.a</c>.</summary>
    public static string? NameOf(SyntaxNode? expression) => expression switch
    {
        IdentifierNameSyntax name => name.Identifier.Text,
        GenericNameSyntax name => name.Identifier.Text,
        MemberAccessExpressionSyntax member => member.Name.Identifier.Text,
        MemberBindingExpressionSyntax member => member.Name.Identifier.Text,
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } sure => NameOf(sure.Operand),
        ParenthesizedExpressionSyntax inner => NameOf(inner.Expression),
        _ => null,
    };

    private static SyntaxNode Outer(SyntaxNode made)
    {
        while (made.Parent is ParenthesizedExpressionSyntax or CastExpressionSyntax or PostfixUnaryExpressionSyntax or AwaitExpressionSyntax or ConditionalExpressionSyntax)
            made = made.Parent;
        return made;
    }

    private static SyntaxToken? NameGivenTo(SyntaxNode made) => made.Parent switch
    {
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } => variable.Identifier,
        EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax property } => property.Identifier,
        AssignmentExpressionSyntax assignment when assignment.Right == made => assignment.Left switch
        {
            IdentifierNameSyntax name => name.Identifier,
            MemberAccessExpressionSyntax member => member.Name.Identifier,
            _ => null,
        },
        _ => null,
    };

    private static bool IsEndedByName(string name, ISymbol within, string[] endings)
    {
        foreach (var node in NodesOf(within))
        {
            switch (node)
            {
                case MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax } member when endings.Contains(member.Name.Identifier.Text) && NameOf(member.Expression) == name:
                case ConditionalAccessExpressionSyntax { WhenNotNull: InvocationExpressionSyntax call } access when NameOf(call.Expression) is { } ending && endings.Contains(ending) && NameOf(access.Expression) == name:
                case UsingStatementSyntax { Expression: { } used } when NameOf(used) == name:
                case ReturnStatementSyntax { Expression: { } returned } when NameOf(returned) == name:
                case AwaitExpressionSyntax { Expression: { } awaited } when endings.Contains("await") && NameOf(awaited) == name:
                case InvocationExpressionSyntax { ArgumentList.Arguments.Count: > 0 } own when NameOf(own.Expression) == "Own" && NameOf(own.ArgumentList.Arguments[0].Expression) == name:
                    return true;
            }
        }

        return false;
    }
}
