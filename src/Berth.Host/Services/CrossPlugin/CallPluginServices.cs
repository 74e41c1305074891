using Berth.Contracts;

namespace Berth.Host.Services.CrossPlugin;

/// <summary>Services of other plugins, within one call.</summary>
internal sealed class CallPluginServices(ConsumerServices services, CallScope scope) : IPluginServices
{
    private ServiceCaller Caller => field ??= services.CallerIn(scope);

    public T Get<T>(string token)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(token);
        return (T)Contract<T>(token).CreateProxy(new ServiceChannel(services.Calls, Caller, token, Contract<T>(token)));
    }

    public async ValueTask<T?> FindAsync<T>(string token, CancellationToken cancellationToken = default)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(token);
        var contract = Contract<T>(token);
        try
        {
            using var bound = await services.Calls.Binding.BindAsync(Caller, token, contract, cancellationToken);
            return Get<T>(token);
        }
        catch (ServiceWithdrawnException)
        {
            return null;
        }
    }

    public ValueTask<IReadOnlyList<ServiceCandidate>> CandidatesAsync(string token, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(token);
        Demand(token);
        return services.Introspection.CandidatesAsync(Caller, token, cancellationToken);
    }

    private ServiceContract Contract<T>(string token)
    {
        Demand(token);
        return services.ContractOf(typeof(T)) ?? throw services.Calls.Binding.Refuse(Caller, token, new ServiceRefusal(
            ServiceRefusal.ContractMissing,
            $"{typeof(T).FullName} is no contract: it must be an interface with [ServiceContract], in an assembly that was compiled with Berth.Sdk."));
    }

    private void Demand(string token)
    {
        if (Caller.Consumed(token).Count == 0)
        {
            throw services.Calls.Binding.Refuse(Caller, token, ServiceRefusal.UndeclaredBy(Caller));
        }
    }
}
