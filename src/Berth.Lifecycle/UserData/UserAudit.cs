using Berth.Lifecycle.Audit;

namespace Berth.Lifecycle.UserData;

/// <summary>One user's rows of the audit, without what identifies others.</summary>
internal sealed class UserAudit(IAuditTrail audit, string userId) : IPluginAudit
{
    public async Task<IReadOnlyList<PluginAuditEntry>> ListAsync(long? before = null, int limit = 50, CancellationToken cancellationToken = default) =>
    [
        .. (await audit.ListAsync(new AuditQuery(UserId: userId, Before: before, Limit: limit), cancellationToken))
            .Select(row => new PluginAuditEntry(row.Sequence, DateTimeOffset.FromUnixTimeMilliseconds(row.At), row.Action, row.Subject, row.Outcome, row.ActorId == userId)),
    ];
}
