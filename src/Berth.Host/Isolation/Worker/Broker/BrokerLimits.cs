using Berth.Host.Isolation.Limits;
using Berth.Worker.Protocol;
using Microsoft.AspNetCore.Http;

namespace Berth.Host.Isolation.Worker.Broker;

/// <summary>Limits that only the worker itself sees. What it says is its word about itself, and counts for no more than that.</summary>
internal sealed class BrokerLimits(LimitTrail trail)
{
    private const long Most = 1_000_000;

    public async Task NoteAsync(HttpContext context, WorkerSession session)
    {
        foreach (var (limit, count) in await BrokerMessage.ReadAsync(context, ProtocolJson.Default.DictionaryStringInt64))
        {
            if (LimitTrail.ToldByWorkers.Contains(limit) && count > 0)
                trail.Note(session.Id, limit, Math.Min(count, Most));
        }
    }
}
