namespace Berth.Contracts;

/// <summary>One method of a contract, as both sides name it.</summary>
/// <param name="Name">The method, for example <c>GreetAsync</c>.</param>
/// <param name="Parameters">The types of its parameters without the token, in the notation of <see cref="ContractShape"/>.</param>
/// <param name="Result">The type of its result or of its stream's items; empty when there is none.</param>
/// <param name="IsStream">Whether it answers a stream.</param>
public sealed record ContractOperation(string Name, IReadOnlyList<string> Parameters, string Result, bool IsStream)
{
    /// <summary>Name and parameters, unique in the contract: <c>GreetAsync(string,int32)</c>.</summary>
    public string Key { get; } = $"{Name}({string.Join(',', Parameters)})";
}
