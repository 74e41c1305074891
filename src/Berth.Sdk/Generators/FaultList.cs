using System.Collections;

namespace Berth.Sdk.Generators;

/// <summary>Faults that are equal when each is: the compiler compares results to see what is unchanged.</summary>
internal sealed class FaultList(IReadOnlyList<ContractFault> faults) : IReadOnlyList<ContractFault>, IEquatable<FaultList>
{
    public int Count => faults.Count;

    public ContractFault this[int index] => faults[index];

    public bool Equals(FaultList? other) => other is not null && this.SequenceEqual(other);

    public override bool Equals(object? obj) => Equals(obj as FaultList);

    public override int GetHashCode() => faults.Count == 0 ? 0 : faults[0].GetHashCode();

    public IEnumerator<ContractFault> GetEnumerator() => faults.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
