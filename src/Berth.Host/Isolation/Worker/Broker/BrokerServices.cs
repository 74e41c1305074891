using Berth.Contracts;
using Berth.Host.Isolation.Worker.StandIns;
using Berth.Host.Services;
using Berth.Host.Services.CrossPlugin;
using Berth.Worker.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Host.Isolation.Worker.Broker;

/// <summary>Services of other plugins for a consumer in a worker: the same search, checks and calls as in the host's own process.</summary>
internal sealed class BrokerServices(ServiceCalls calls, ServiceIntrospection introspection)
{
    private const int MostContracts = 256;

    public static async Task TellContractAsync(HttpContext context, WorkerSession session)
    {
        var contract = await BrokerMessage.ReadAsync(context, ProtocolJson.Default.WorkerContract);
        if (session.Contracts.Count >= MostContracts)
            throw new BrokerRefusedException($"{session.Id} has told of {MostContracts} contracts already.");
        session.Contracts[contract.Fingerprint] = new ConsumedContract(contract.Shape, contract.Fingerprint);
    }

    public async Task CallAsync(HttpContext context, WorkerSession session, OpenCall call)
    {
        var caller = CallerOf(call);
        var token = TokenOf(context, caller);
        var contract = ContractOf(context, session, token);
        var key = BrokerMessage.Query(context, "operation");
        var operation = contract.Shape.Operations.FirstOrDefault(one => string.Equals(one.Key, key, StringComparison.Ordinal))
            ?? throw new BrokerRefusedException($"The contract has no operation '{key}'.");
        using var place = session.Allowance.BeginServiceCall(token, context.Request.ContentLength);
        var arguments = await ReadAsync(context);
        if (string.Equals(BrokerMessage.Query(context, "stream"), "1", StringComparison.Ordinal))
        {
            await context.Response.StartAsync(context.RequestAborted);
            await Frames.WriteAllAsync(context.Response.Body, calls.StreamAsync(caller, token, contract, operation, arguments, context.RequestAborted), context.RequestAborted);
            return;
        }

        var answer = await calls.CallAsync(caller, token, contract, operation, arguments, context.RequestAborted);
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }

    public async Task FindAsync(HttpContext context, WorkerSession session, OpenCall call)
    {
        var caller = CallerOf(call);
        var token = TokenOf(context, caller);
        try
        {
            using var bound = await calls.Binding.BindAsync(caller, token, ContractOf(context, session, token), context.RequestAborted);
        }
        catch (ServiceWithdrawnException)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    public async Task CandidatesAsync(HttpContext context, WorkerSession session, OpenCall call)
    {
        var caller = CallerOf(call);
        var found = await introspection.CandidatesAsync(caller, TokenOf(context, caller), context.RequestAborted);
        await BrokerMessage.WriteAsync(
            context, [.. found.Select(one => new WorkerCandidate(one.Slug, one.Version, one.Rank, one.IsOwn, one.State, one.Reason))], ProtocolJson.Default.IReadOnlyListWorkerCandidate);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context)
    {
        // As long as was said, so that it lies in memory once: what is not as long does not get here.
        if (context.Request.ContentLength is { } length)
        {
            if (length > WorkerBroker.LongestMessage)
                throw new BrokerRefusedException($"An argument has {WorkerBroker.LongestMessage >> 20} MB at most.");
            var known = new byte[length];
            await context.Request.Body.ReadExactlyAsync(known, context.RequestAborted);
            return known;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    private static ServiceCaller CallerOf(OpenCall call) =>
        call.Services.GetRequiredService<ConsumerServices>().CallerIn(call.Services.GetRequiredService<CallScope>());

    private string TokenOf(HttpContext context, ServiceCaller caller)
    {
        var token = BrokerMessage.Query(context, "token");
        return caller.Consumed(token).Count > 0
            ? token
            : throw calls.Binding.Refuse(caller, token, ServiceRefusal.UndeclaredBy(caller));
    }

    private static ServiceContract ContractOf(HttpContext context, WorkerSession session, string token) =>
        session.Contracts.TryGetValue(BrokerMessage.Query(context, "fingerprint"), out var contract)
            ? contract
            : throw new ServiceRefusedException(token, ServiceRefusal.ContractMissing, "the worker has not told which contract it was compiled against.");
}
