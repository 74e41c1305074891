namespace Berth.Sdk.Generators;

/// <summary>A contract that has been read.</summary>
/// <param name="Name">The written class.</param>
/// <param name="Interface">The interface in C#, with <c>global::</c>.</param>
/// <param name="Operations">Its methods, in the order of their keys.</param>
/// <param name="Types">The types that need functions of their own, in the order in which they were met.</param>
internal sealed record ContractModel(string Name, string Interface, IReadOnlyList<OperationModel> Operations, IReadOnlyList<DataType> Types);

/// <summary>A method.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Returns">Its return type in C#.</param>
/// <param name="Result">What the task or the stream holds; <see langword="null"/> when nothing.</param>
/// <param name="IsStream">Whether it returns a stream.</param>
/// <param name="Parameters">All of them, in order; one without a type is the token.</param>
internal sealed record OperationModel(string Name, string Returns, DataType? Result, bool IsStream, IReadOnlyList<ParameterModel> Parameters)
{
    public IEnumerable<ParameterModel> Values => Parameters.Where(parameter => parameter.Type is not null);

    public string? Token => Parameters.FirstOrDefault(parameter => parameter.Type is null)?.Name;

    public string Key => $"{Name}({string.Join(",", Values.Select(value => value.Type!.Shape))})";
}

/// <summary>A parameter; the token has no type.</summary>
internal sealed record ParameterModel(string Name, DataType? Type);
