namespace Berth.Host.Health;

/// <summary>The health of the pool's running instances.</summary>
internal sealed class PoolHealth(InstancePool pool) : IPluginHealth
{
    public async Task<IReadOnlyList<PluginHealthReport>> CheckAsync(CancellationToken cancellationToken = default)
    {
        var reports = await Task.WhenAll(pool.Running().Select(instance => instance.Health.CheckAsync())).WaitAsync(cancellationToken);
        return [.. reports.OrderBy(report => report.Id.Slug, StringComparer.Ordinal).ThenBy(report => report.Id.Version, StringComparer.Ordinal)];
    }

    public async Task<PluginHealthReport?> CheckAsync(PluginVersionId id, CancellationToken cancellationToken = default) =>
        pool.Running().FirstOrDefault(instance => instance.Parts.Id == id) is { } running
            ? await running.Health.CheckAsync().WaitAsync(cancellationToken)
            : null;
}
