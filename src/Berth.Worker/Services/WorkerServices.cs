using System.Collections.Concurrent;
using System.Net;
using Berth.Contracts;
using Berth.Worker.Broker;
using Berth.Worker.Calls;
using Berth.Worker.Protocol;

namespace Berth.Worker.Services;

/// <summary>Services of other plugins: the host finds, checks and calls them.</summary>
internal sealed class WorkerServices(BrokerClient broker, WorkerCall call) : IPluginServices
{
    // Told to the host once; the collection is the process's.
    private static readonly ConcurrentDictionary<Type, Lazy<Task<ServiceContract>>> Told = new();

    public T Get<T>(string token)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(token);
        return (T)ContractOf<T>(token).CreateProxy(new WorkerServiceChannel(broker, call, token, TellAsync<T>(token)));
    }

    public async ValueTask<T?> FindAsync<T>(string token, CancellationToken cancellationToken = default)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(token);
        var contract = await TellAsync<T>(token);
        using var response = await broker.SendAsync(
            HttpMethod.Get, $"/calls/services/find?{BrokerClient.Query("call", call.Id)}&{BrokerClient.Query("token", token)}&{BrokerClient.Query("fingerprint", contract.Fingerprint)}", null, cancellationToken);
        return response.StatusCode == HttpStatusCode.NotFound ? null : Get<T>(token);
    }

    public async ValueTask<IReadOnlyList<ServiceCandidate>> CandidatesAsync(string token, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(token);
        var found = await broker.AskAsync($"/calls/services/candidates?{BrokerClient.Query("call", call.Id)}&{BrokerClient.Query("token", token)}", ProtocolJson.Default.IReadOnlyListWorkerCandidate, cancellationToken);
        return [.. found.Select(one => new ServiceCandidate(one.Slug, one.Version, one.Rank, one.IsOwn, one.State, one.Reason))];
    }

    private Task<ServiceContract> TellAsync<T>(string token) => Told.GetOrAdd(typeof(T), _ => new Lazy<Task<ServiceContract>>(async () =>
    {
        var contract = ContractOf<T>(token);
        await broker.PostAsync("/contracts", new WorkerContract(contract.Fingerprint, contract.Shape), ProtocolJson.Default.WorkerContract, CancellationToken.None);
        return contract;
    })).Value;

    private static ServiceContract ContractOf<T>(string token) => (typeof(T).IsInterface ? ServiceContract.Of(typeof(T)) : null) ?? throw new ServiceRefusedException(
        token, "service.contract_missing", $"{typeof(T).FullName} is no contract: it must be an interface with [ServiceContract], in an assembly that was compiled with Berth.Sdk.");
}
