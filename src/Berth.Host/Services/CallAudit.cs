namespace Berth.Host.Services;

/// <summary>The audit of a call's user, behind the capability and out of reach when the call is over.</summary>
internal sealed class CallAudit(IPluginContext plugin, IUserScope user, UsedCapabilities used, CancellationToken ending) : IPluginAudit
{
    public async Task<IReadOnlyList<PluginAuditEntry>> ListAsync(long? before = null, int limit = 50, CancellationToken cancellationToken = default)
    {
        if (limit is < 1 or > 100)
            throw new ArgumentOutOfRangeException(nameof(limit), limit, "A page has from 1 to 100 rows.");
        used.Use(Capabilities.AuditRead, plugin, user);
        var audit = user.Audit ?? throw new InvalidOperationException("This application keeps no audit that plugins could read.");
        ending.ThrowIfCancellationRequested();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ending);
        return await audit.ListAsync(before, limit, linked.Token);
    }
}
