using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Berth.Sdk.Analyzers.Rules;

/// <summary>BERTH012: JSON by reflection. System.Text.Json keeps a contract for each type that it has looked at.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class JsonReflectionAnalyzer() : UnloadAnalyzer(
    "BERTH012",
    "JSON is read or written by reflection",
    "JSON by reflection leaves the contract of {0} in a cache of the framework, which the host has to empty for all before this plugin can be unloaded. Pass a JsonTypeInfo of a JsonSerializerContext.")
{
    private static readonly string[] Types =
    [
        "System.Text.Json.JsonSerializer", "System.Net.Http.Json.HttpClientJsonExtensions", "System.Net.Http.Json.HttpContentJsonExtensions", "System.Net.Http.Json.JsonContent",
    ];

    private protected override void Register(AnalysisContext context) => context.RegisterOperationAction(Look, OperationKind.Invocation);

    private void Look(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (!Array.Exists(Types, type => Framework.Is(call.TargetMethod.ContainingType, type)) || IsWithContract(call))
            return;
        var subject = Subject(call);
        if (Framework.MayHoldPluginType(subject))
            context.ReportDiagnostic(Found(call.Syntax, subject?.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat) ?? "its type"));
    }

    // What is read or written: the type argument, or the operand of typeof.
    private static ITypeSymbol? Subject(IInvocationOperation call) => call.TargetMethod.TypeArguments is { Length: > 0 } types
        ? types[0]
        : call.Arguments.Select(argument => argument.Value.Unwrapped()).OfType<ITypeOfOperation>().FirstOrDefault()?.TypeOperand;

    private static bool IsWithContract(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            var type = argument.Parameter?.Type;
            if (Framework.Derives(type, "System.Text.Json.Serialization.Metadata.JsonTypeInfo") || Framework.Derives(type, "System.Text.Json.Serialization.JsonSerializerContext"))
                return true;
            if (Framework.Is(type, "System.Text.Json.JsonSerializerOptions") && argument.ArgumentKind != ArgumentKind.DefaultValue && HasResolver(argument.Value.Unwrapped()))
                return true;
        }

        // Methods of the class that take no object of the caller's, such as those of JsonNode, have nothing to look at.
        return call.TargetMethod is { TypeArguments.Length: 0 } && !call.TargetMethod.Parameters.Any(parameter => Framework.Is(parameter.Type, "System.Type"));
    }

    // Options from elsewhere are believed; those whose text is at hand have to name a resolver.
    private static bool HasResolver(IOperation options)
    {
        if (options is IPropertyReferenceOperation { Property: { Name: "Options" } of } && Framework.Derives(of.ContainingType, "System.Text.Json.Serialization.JsonSerializerContext"))
            return true;
        if (options is IObjectCreationOperation)
            return options.Syntax.ToString().Contains("TypeInfoResolver");
        ISymbol? source = options switch
        {
            IFieldReferenceOperation field => field.Field,
            ILocalReferenceOperation local => local.Local,
            IPropertyReferenceOperation property => property.Property,
            _ => null,
        };
        if (source is null || Framework.Owns(source))
            return source is null && options is IParameterReferenceOperation or IInvocationOperation;
        var text = source.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax()).FirstOrDefault(node => node is VariableDeclaratorSyntax or PropertyDeclarationSyntax)?.ToString();
        return text is null || !text.Contains("new") || text.Contains("TypeInfoResolver");
    }
}
