namespace Berth.Sdk.Generators;

/// <summary>What became of one contract.</summary>
/// <param name="Name">The name of the written class.</param>
/// <param name="Source">Its text; <see langword="null"/> when the contract has faults.</param>
/// <param name="Faults">All of them.</param>
internal sealed record ContractText(string Name, string? Source, FaultList Faults);
