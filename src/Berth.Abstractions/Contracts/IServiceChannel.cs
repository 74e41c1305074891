namespace Berth.Contracts;

/// <summary>What a generated proxy speaks through: every call is the name of an operation and a JSON array of its arguments.</summary>
/// <remarks>
/// Nothing but bytes passes here. So a provider's object never reaches a consumer, two builds of a contract understand each
/// other, and the same proxy works when the provider runs in another process.
/// </remarks>
public interface IServiceChannel
{
    /// <summary>Calls an operation. The answer is its result as JSON; empty for an operation without one.</summary>
    Task<ReadOnlyMemory<byte>> CallAsync(ContractOperation operation, ReadOnlyMemory<byte> arguments, CancellationToken cancellationToken);

    /// <summary>Calls an operation that answers a stream; each item as JSON.</summary>
    IAsyncEnumerable<ReadOnlyMemory<byte>> StreamAsync(ContractOperation operation, ReadOnlyMemory<byte> arguments, CancellationToken cancellationToken);
}
