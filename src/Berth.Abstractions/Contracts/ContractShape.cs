namespace Berth.Contracts;

/// <summary>
/// What crosses the border under a contract, in words that do not depend on a build: the host compares those of both sides
/// before the first call, so that a contract that changed is refused by name and not found out by a wrong value.
/// </summary>
/// <remarks>
/// Types are written as <c>string</c>, <c>int32</c>, <c>guid</c> …, <c>T?</c> for a nullable value, <c>[T]</c> for a list,
/// <c>{T}</c> for a dictionary by text, and data types by their full name.
/// </remarks>
/// <param name="Operations">The contract's methods.</param>
/// <param name="Types">The data types that they mention, directly or within others.</param>
public sealed record ContractShape(IReadOnlyList<ContractOperation> Operations, IReadOnlyList<ContractData> Types);

/// <summary>A data type of a contract.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Members">What it consists of; for an enumeration its values.</param>
public sealed record ContractData(string Name, IReadOnlyList<ContractMember> Members);

/// <summary>A member of a data type.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type; for a value of an enumeration its number.</param>
/// <param name="IsRequired">Whether a reader fails when it is missing.</param>
public sealed record ContractMember(string Name, string Type, bool IsRequired);
