using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Berth.Sdk.Analyzers;

/// <summary>What rules ask about a call.</summary>
internal static class Calls
{
    /// <summary>Whether it calls one of the methods of the framework's type.</summary>
    public static bool IsTo(this IInvocationOperation call, string type, params string[] methods) =>
        methods.Contains(call.TargetMethod.Name) && Framework.Is(call.TargetMethod.ContainingType, type);

    /// <summary>Whether nothing could ever end the wait: no token is given, or one that is never cancelled.</summary>
    public static bool HasNoToken(this IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (Framework.Is(argument.Parameter?.Type, "System.Threading.CancellationToken"))
                return argument.ArgumentKind == ArgumentKind.DefaultValue || IsNone(argument.Value);
        }

        return true;
    }

    /// <summary>The value of the parameter with that name, without conversions; <see langword="null"/> when it is left out.</summary>
    public static IOperation? Argument(this IInvocationOperation call, string parameter) => call.Arguments
        .FirstOrDefault(argument => argument.Parameter?.Name == parameter && argument.ArgumentKind != ArgumentKind.DefaultValue)?.Value.Unwrapped();

    /// <summary>The operation below its conversions.</summary>
    public static IOperation Unwrapped(this IOperation operation)
    {
        while (operation is IConversionOperation conversion)
            operation = conversion.Operand;
        return operation;
    }

    private static bool IsNone(IOperation value) => value.Unwrapped() is IDefaultValueOperation
        || (value.Unwrapped() is IPropertyReferenceOperation { Property: { Name: "None", ContainingType: var type } } && Framework.Is(type, "System.Threading.CancellationToken"));
}
