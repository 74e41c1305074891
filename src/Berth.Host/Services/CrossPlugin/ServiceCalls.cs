using System.Runtime.CompilerServices;
using Berth.Contracts;
using Berth.Host.Health;

namespace Berth.Host.Services.CrossPlugin;

/// <summary>
/// Calls from one plugin into a service of another: bind → run behind the seam → count. Every call is bound anew, so that a
/// consumer never notices that its provider was updated, reloaded or retired.
/// </summary>
internal sealed class ServiceCalls(ServiceBinding binding, ServiceDirectory directory)
{
    public ServiceBinding Binding => binding;

    /// <exception cref="ServiceContractException">The arguments are none of the operation's.</exception>
    /// <exception cref="ServiceCallException">The provider failed or took too long.</exception>
    /// <exception cref="ServiceRefusedException">The caller may not use it.</exception>
    /// <exception cref="ServiceWithdrawnException">Nobody is there, or the caller's own call is over.</exception>
    public async Task<ReadOnlyMemory<byte>> CallAsync(
        ServiceCaller caller, string token, ServiceContract contract, ContractOperation operation, ReadOnlyMemory<byte> arguments, CancellationToken cancellationToken)
    {
        CheckCall(caller, token);
        ServiceArguments.Demand(operation, arguments.Span);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, caller.Ending);
        using var provider = await binding.BindAsync(caller, token, contract, waiting.Token);
        var answer = await ProviderCall.RunAsync(provider, caller, operation, arguments, waiting.Token);
        directory.Called(caller.Plugin.Id, token, provider.Id, answer.Result is not CallResult.Succeeded);
        return answer.Fault is { } fault ? throw fault : answer.Value;
    }

    /// <inheritdoc cref="CallAsync" />
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> StreamAsync(
        ServiceCaller caller, string token, ServiceContract contract, ContractOperation operation, ReadOnlyMemory<byte> arguments, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CheckCall(caller, token);
        ServiceArguments.Demand(operation, arguments.Span);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, caller.Ending);
        using var provider = await binding.BindAsync(caller, token, contract, waiting.Token);
        await using var stream = ProviderStream.Start(provider, caller, operation, arguments);
        while (await stream.ReadAsync(waiting.Token) is { } item)
            yield return item;
        directory.Called(caller.Plugin.Id, token, provider.Id, stream.Fault is not null);
        if (stream.Fault is { } fault)
            throw fault;
    }

    private static void CheckCall(ServiceCaller caller, string token)
    {
        if (caller.Ending.IsCancellationRequested)
            throw new ServiceWithdrawnException(token, $"the call of {caller.Plugin.Id} in which it was asked for is over. Ask for services in the call that needs them.");
    }
}
