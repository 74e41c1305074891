namespace Berth;

/// <summary>
/// Marks a public interface as the contract of a service that one plugin offers and others call. Berth.Sdk writes its proxy
/// when the contract's assembly is compiled, and refuses what could not cross a process border: methods return a task or an
/// asynchronous stream, arguments and results are data.
/// </summary>
[AttributeUsage(AttributeTargets.Interface, Inherited = false)]
public sealed class ServiceContractAttribute : Attribute;
