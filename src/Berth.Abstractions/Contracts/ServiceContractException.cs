namespace Berth.Contracts;

/// <summary>Bytes that came through a channel are not what the contract says.</summary>
/// <param name="message">What is missing or wrong.</param>
public sealed class ServiceContractException(string message) : Exception(message);
