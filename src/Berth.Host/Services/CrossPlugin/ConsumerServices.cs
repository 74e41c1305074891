using System.Collections.Concurrent;
using Berth.Contracts;

namespace Berth.Host.Services.CrossPlugin;

/// <summary>What a loaded version needs to consume services. Lives in its container: it holds contracts' types.</summary>
internal sealed class ConsumerServices(ServiceCalls calls, ServiceIntrospection introspection, PluginVersionFiles plugin, IPluginContext context)
{
    private readonly ConcurrentDictionary<Type, ServiceContract?> _contracts = new();

    public ServiceCalls Calls => calls;

    public ServiceIntrospection Introspection => introspection;

    public ServiceContract? ContractOf(Type type) => _contracts.GetOrAdd(type, static type => type.IsInterface ? ServiceContract.Of(type) : null);

    public ServiceCaller CallerIn(CallScope scope) =>
        new(plugin, context.Capabilities, scope.Entered, CallChain.Of(scope.Chain, plugin.Id), scope.Ending);
}
