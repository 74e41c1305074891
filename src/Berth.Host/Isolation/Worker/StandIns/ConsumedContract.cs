using Berth.Contracts;

namespace Berth.Host.Isolation.Worker.StandIns;

/// <summary>The contract that a consumer in a worker was compiled against: compared with the provider's, and nothing more; its proxy is at the other end.</summary>
internal sealed class ConsumedContract(ContractShape shape, string fingerprint) : ServiceContract
{
    public override ContractShape Shape { get; } = shape;

    public override string Fingerprint { get; } = fingerprint;

    public override object CreateProxy(IServiceChannel channel) => throw new NotSupportedException("The proxy of this contract is in the worker.");

    public override Task<ReadOnlyMemory<byte>> InvokeAsync(object service, string operation, ReadOnlyMemory<byte> arguments, CancellationToken cancellationToken) =>
        throw new NotSupportedException("This contract is a consumer's.");

    public override IAsyncEnumerable<ReadOnlyMemory<byte>> StreamAsync(object service, string operation, ReadOnlyMemory<byte> arguments, CancellationToken cancellationToken) =>
        throw new NotSupportedException("This contract is a consumer's.");
}
