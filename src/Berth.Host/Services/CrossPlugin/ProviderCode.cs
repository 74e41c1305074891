using Berth.Contracts;
using Berth.Host.Health;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Host.Services.CrossPlugin;

/// <summary>
/// The seam around a provider's code for one call: on the pool, without the consumer's flow, in a scope of the provider's
/// container for the calling user, with a reference to the instance until the code has really ended. Nothing of the provider
/// leaves it but bytes and texts.
/// </summary>
internal sealed class ProviderCode : IDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly RunningInstance _instance;
    private readonly BoundProvider _provider;
    private readonly ServiceCaller _caller;
    private readonly CancellationTokenRegistration _unloading;
    private readonly CancellationToken _unloadingToken;
    private BreakerPass _pass = BreakerPass.Outside;

    public ProviderCode(BoundProvider provider, ServiceCaller caller, ContractOperation operation)
    {
        _provider = provider;
        _caller = caller;
        _instance = provider.Lease.Running;
        Name = $"{provider.Token} {operation.Name} for {caller.Plugin.Id}";
        _unloadingToken = _instance.Parts.Context?.Unloading ?? new CancellationToken(canceled: true);
        _unloading = _unloadingToken.UnsafeRegister(static code => ((ProviderCode)code!).End(), this);
    }

    /// <summary>Names the call for people.</summary>
    public string Name { get; }

    public TimeSpan Limit => _instance.RequestTimeLimit;

    public RunningInstance Instance => _instance;

    /// <summary>Asks the provider's circuit breaker: <see langword="null"/> when the call may begin, or what to tell the consumer.</summary>
    public ServiceCallException? Enter(ContractOperation operation) => _instance.Monitor.TryEnter(out _pass, out var retryAfter)
        ? null
        : new ServiceCallException(_provider.Token, operation.Name, _provider.Id.ToString(), InstanceMonitor.LeftAlone(retryAfter));

    /// <summary>Runs <paramref name="code"/> over the provider's object; what it throws becomes a result and a text.</summary>
    public Task<ProviderResult<T>> RunAsync<T>(Func<OfferedService, object, CancellationToken, Task<T>> code)
    {
        _instance.AddReference();
        var key = new object();
        _instance.NameRunning(key, Name);
        return ForeignCode.RunAsync(async () =>
        {
            try
            {
                PluginScope.Current = new PluginScope(_provider.Id, _provider.User.User.Id);
                if (_instance.Parts is not { Provider: { } services } || _instance.Parts.OfferOf(_provider.Token) is not { } offered)
                    return new ProviderResult<T>(default, CallResult.Refused, Unloaded());
                await using var scope = services.CreateAsyncScope();
                scope.ServiceProvider.GetRequiredService<CallScope>().Enter(_provider.User, _ending.Token, _caller.Chain);
                return new ProviderResult<T>(await code(offered, scope.ServiceProvider.GetRequiredService(offered.Implementation), _ending.Token), CallResult.Succeeded, null);
            }
            catch (Exception exception)
            {
                return new ProviderResult<T>(default, _unloadingToken.IsCancellationRequested ? CallResult.Refused : Judge(exception), ForeignCode.Describe(exception));
            }
            finally
            {
                _instance.RemoveStray(key);
                _instance.Release();
            }
        });
    }

    /// <summary>The exception for the consumer.</summary>
    public Exception FaultOf(ContractOperation operation, string reason) => _unloadingToken.IsCancellationRequested
        ? new ServiceWithdrawnException(_provider.Token, Unloaded())
        : new ServiceCallException(_provider.Token, operation.Name, _provider.Id.ToString(), reason);

    /// <summary>Tells the instance's monitor, once.</summary>
    public void Ended(CallResult result, string? reason, TimeSpan took) =>
        _instance.Monitor.Ended(new EndedCall(CallKind.Service, Name, result, reason, took) { Pass = _pass, Limit = Limit });

    /// <summary>Cancels the call's token. The provider's callbacks run on the pool, not here.</summary>
    public void End() => _ = EndAsync();

    public void Dispose()
    {
        _unloading.Dispose();
        End();
    }

    // What its own services refuse or lack is not this provider's failure.
    private static CallResult Judge(Exception exception) => exception switch
    {
        CapabilityDeniedException => CallResult.Denied,
        ServiceRefusedException or ServiceWithdrawnException or ServiceContractException => CallResult.Refused,
        _ => CallResult.Failed,
    };

    private string Unloaded() => $"{_provider.Id} is being unloaded. Call again.";

    private async Task EndAsync()
    {
        try
        {
            await _ending.CancelAsync();
        }
        catch (Exception)
        {
            // A callback of the plugin threw; the call is over either way.
        }
    }
}

/// <summary>How the provider's code ended.</summary>
internal readonly record struct ProviderResult<T>(T? Value, CallResult Result, string? Reason);
