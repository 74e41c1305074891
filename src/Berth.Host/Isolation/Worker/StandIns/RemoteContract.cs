using System.Runtime.CompilerServices;
using Berth.Contracts;
using Berth.Host.Services;
using Berth.Worker.Protocol;

namespace Berth.Host.Isolation.Worker.StandIns;

/// <summary>The contract of a service whose provider runs in a worker: a call of it is a request to that worker.</summary>
internal sealed class RemoteContract(WorkerService service, WorkerSession session, WorkerConnection connection) : ServiceContract
{
    public override ContractShape Shape => service.Shape;

    public override string Fingerprint => service.Fingerprint;

    public override object CreateProxy(IServiceChannel channel) => throw new NotSupportedException("This contract is a provider's.");

    public override async Task<ReadOnlyMemory<byte>> InvokeAsync(object service, string operation, ReadOnlyMemory<byte> arguments, CancellationToken cancellationToken)
    {
        using var call = Open(service, cancellationToken);
        using var response = await SendAsync(call, operation, arguments, isStream: false, cancellationToken);
        return await WorkerConnection.ReadBoundedAsync(response, WorkerConnection.LongestAnswer, cancellationToken);
    }

    public override async IAsyncEnumerable<ReadOnlyMemory<byte>> StreamAsync(object service, string operation, ReadOnlyMemory<byte> arguments, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var call = Open(service, cancellationToken);
        using var response = await SendAsync(call, operation, arguments, isStream: true, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in Frames.ReadAllAsync(body, cancellationToken))
            yield return item;
    }

    private OpenCall Open(object service, CancellationToken cancellationToken)
    {
        var remote = (RemoteService)service;
        return session.Open(remote.Call.Entered, remote.Services, cancellationToken);
    }

    private Task<HttpResponseMessage> SendAsync(OpenCall call, string operation, ReadOnlyMemory<byte> arguments, bool isStream, CancellationToken cancellationToken) => connection.SendAsync(
        $"/services?name={Uri.EscapeDataString(service.Token)}&operation={Uri.EscapeDataString(operation)}&stream={(isStream ? "1" : "0")}",
        new ReadOnlyMemoryContent(arguments),
        request =>
        {
            request.Headers.TryAddWithoutValidation(WorkerProtocol.CallHeader, call.Id);
            request.Headers.TryAddWithoutValidation(WorkerProtocol.UserHeader, UserHeader.Encode(call.Message));
        },
        cancellationToken);
}

/// <summary>In the place of the provider's object: whose call it is.</summary>
internal sealed class RemoteService(CallScope call, IServiceProvider services)
{
    public CallScope Call => call;

    public IServiceProvider Services => services;
}
