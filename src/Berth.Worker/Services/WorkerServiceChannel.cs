using System.Runtime.CompilerServices;
using Berth.Contracts;
using Berth.Worker.Broker;
using Berth.Worker.Calls;
using Berth.Worker.Protocol;

namespace Berth.Worker.Services;

/// <summary>What a consumer's proxy speaks through: the host.</summary>
internal sealed class WorkerServiceChannel(BrokerClient broker, WorkerCall call, string token, Task<ServiceContract> contract) : IServiceChannel
{
    public async Task<ReadOnlyMemory<byte>> CallAsync(ContractOperation operation, ReadOnlyMemory<byte> arguments, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(operation, arguments, isStream: false, cancellationToken);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> StreamAsync(ContractOperation operation, ReadOnlyMemory<byte> arguments, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await SendAsync(operation, arguments, isStream: true, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in Frames.ReadAllAsync(body, cancellationToken))
            yield return item;
    }

    private async Task<HttpResponseMessage> SendAsync(ContractOperation operation, ReadOnlyMemory<byte> arguments, bool isStream, CancellationToken cancellationToken)
    {
        if (call.Ending.IsCancellationRequested)
            throw new ServiceWithdrawnException(token, "the call in which it was asked for is over. Ask for services in the call that needs them.");
        var told = await contract;
        using var content = new ReadOnlyMemoryContent(arguments);
        var path = $"/calls/services?{BrokerClient.Query("call", call.Id)}&{BrokerClient.Query("token", token)}&{BrokerClient.Query("fingerprint", told.Fingerprint)}&{BrokerClient.Query("operation", operation.Key)}&stream={(isStream ? "1" : "0")}";
        return await broker.SendAsync(HttpMethod.Post, path, content, cancellationToken);
    }
}
