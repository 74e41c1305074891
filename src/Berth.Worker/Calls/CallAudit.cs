using System.Globalization;
using Berth.Worker.Broker;
using Berth.Worker.Protocol;

namespace Berth.Worker.Calls;

/// <summary>The audit of the call's user, which the host keeps.</summary>
internal sealed class CallAudit(BrokerClient broker, string call, CancellationToken ending) : IPluginAudit
{
    public async Task<IReadOnlyList<PluginAuditEntry>> ListAsync(long? before = null, int limit = 50, CancellationToken cancellationToken = default)
    {
        ending.ThrowIfCancellationRequested();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ending);
        var page = string.Create(CultureInfo.InvariantCulture, $"&limit={limit}{(before is { } number ? $"&before={number}" : "")}");
        return await broker.AskAsync($"/calls/audit?{BrokerClient.Query("call", call)}{page}", ProtocolJson.Default.IReadOnlyListPluginAuditEntry, linked.Token);
    }
}
