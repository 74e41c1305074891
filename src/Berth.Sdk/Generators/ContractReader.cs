using Microsoft.CodeAnalysis;

namespace Berth.Sdk.Generators;

/// <summary>Reads an interface into a contract, and says everything that is wrong with it at once.</summary>
internal static class ContractReader
{
    public static ContractModel Read(INamedTypeSymbol contract, List<ContractFault> faults)
    {
        CheckInterface(contract, faults);
        var types = new DataTypes(contract.ContainingAssembly, faults);
        var operations = new List<OperationModel>();
        foreach (var member in contract.GetMembers())
        {
            // Members with a body need nobody's help; accessors are named with their property.
            if (member.IsAbstract && member is not (INamedTypeSymbol or IMethodSymbol { AssociatedSymbol: not null }) && ReadOperation(member, types, faults) is { } operation)
                operations.Add(operation);
        }

        return new ContractModel(
            contract.ToDisplayString().Replace('.', '_'),
            contract.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            [.. operations.OrderBy(operation => operation.Key, StringComparer.Ordinal)],
            types.Composed);
    }

    private static void CheckInterface(INamedTypeSymbol contract, List<ContractFault> faults)
    {
        void Fault(string reason) => faults.Add(ContractFault.At(contract, ContractRules.Interface, contract.Name, reason));

        for (var type = contract; type is not null; type = type.ContainingType)
        {
            if (type.DeclaredAccessibility != Accessibility.Public)
            {
                Fault("is not public: other plugins could not see it");
                break;
            }
        }

        if (contract.IsGenericType)
            Fault("is generic: write one interface for each type that you need");
        if (contract.Interfaces.Length > 0)
            Fault($"inherits {contract.Interfaces[0].Name}: repeat its methods here");
    }

    private static OperationModel? ReadOperation(ISymbol member, DataTypes types, List<ContractFault> faults)
    {
        if (member is not IMethodSymbol method || method.IsStatic || method.IsGenericMethod)
        {
            var reason = member is not IMethodSymbol ? "a contract has methods only" : member.IsStatic ? "it is static" : "it is generic";
            faults.Add(ContractFault.At(member, ContractRules.Member, member.Name, reason));
            return null;
        }

        var result = ReadResult(method, types, faults, out var isStream);
        var parameters = method.Parameters.Select(parameter => ReadParameter(parameter, types, faults)).ToList();
        if (parameters.Count(parameter => parameter.Type is null && parameter.Name.Length > 0) > 1)
            faults.Add(ContractFault.At(method, ContractRules.Parameter, method.Parameters.Last().Name, "is the second CancellationToken: one is enough"));
        return new OperationModel(method.Name, method.ReturnType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat), result, isStream, parameters);
    }

    private static DataType? ReadResult(IMethodSymbol method, DataTypes types, List<ContractFault> faults, out bool isStream)
    {
        isStream = false;
        if (method.ReturnType is INamedTypeSymbol returned && !method.ReturnsByRef && !method.ReturnsByRefReadonly)
        {
            switch (returned.OriginalDefinition.ToDisplayString())
            {
                case "System.Threading.Tasks.Task" or "System.Threading.Tasks.ValueTask":
                    return null;
                case "System.Threading.Tasks.Task<TResult>" or "System.Threading.Tasks.ValueTask<TResult>":
                    return types.Of(returned.TypeArguments[0], method, $"the result of {method.Name}");
                case "System.Collections.Generic.IAsyncEnumerable<T>" or "System.Collections.Generic.IAsyncEnumerable<out T>":
                    isStream = true;
                    return types.Of(returned.TypeArguments[0], method, $"an item of {method.Name}");
            }
        }

        faults.Add(ContractFault.At(method, ContractRules.Result, method.Name, method.ReturnsVoid ? "nothing" : method.ReturnType.ToDisplayString()));
        return null;
    }

    private static ParameterModel ReadParameter(IParameterSymbol parameter, DataTypes types, List<ContractFault> faults)
    {
        if (parameter.RefKind != RefKind.None)
            faults.Add(ContractFault.At(parameter, ContractRules.Parameter, parameter.Name, "is passed by reference: pass a value, return what changes"));
        return string.Equals(parameter.Type.ToDisplayString(), "System.Threading.CancellationToken", StringComparison.Ordinal)
            ? new ParameterModel("@" + parameter.Name, null)
            : new ParameterModel("@" + parameter.Name, types.Of(parameter.Type, parameter, $"the parameter {parameter.Name}"));
    }
}
