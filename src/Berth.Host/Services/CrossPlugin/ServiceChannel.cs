using Berth.Contracts;

namespace Berth.Host.Services.CrossPlugin;

/// <summary>What one consumer's proxy speaks through, for the time of one call.</summary>
internal sealed class ServiceChannel(ServiceCalls calls, ServiceCaller caller, string token, ServiceContract contract) : IServiceChannel
{
    public Task<ReadOnlyMemory<byte>> CallAsync(ContractOperation operation, ReadOnlyMemory<byte> arguments, CancellationToken cancellationToken) =>
        calls.CallAsync(caller, token, contract, operation, arguments, cancellationToken);

    public IAsyncEnumerable<ReadOnlyMemory<byte>> StreamAsync(ContractOperation operation, ReadOnlyMemory<byte> arguments, CancellationToken cancellationToken) =>
        calls.StreamAsync(caller, token, contract, operation, arguments, cancellationToken);
}
