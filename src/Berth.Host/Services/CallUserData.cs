namespace Berth.Host.Services;

/// <summary>
/// The user's documents for the time of one call. A call that ran out of its time, and goes on regardless, can no longer
/// write what its caller was told had failed.
/// </summary>
internal sealed class CallUserData(IUserData inner, CancellationToken ending) : IUserData
{
    public async Task<string?> GetJsonAsync(string key, CancellationToken cancellationToken = default)
    {
        using var linked = Link(cancellationToken);
        return await inner.GetJsonAsync(key, linked.Token);
    }

    public async Task SetJsonAsync(string key, string json, CancellationToken cancellationToken = default)
    {
        using var linked = Link(cancellationToken);
        await inner.SetJsonAsync(key, json, linked.Token);
    }

    public async Task<bool> RemoveAsync(string key, CancellationToken cancellationToken = default)
    {
        using var linked = Link(cancellationToken);
        return await inner.RemoveAsync(key, linked.Token);
    }

    public async Task<IReadOnlyList<KeyValuePair<string, string>>> ListJsonAsync(string prefix = "", CancellationToken cancellationToken = default)
    {
        using var linked = Link(cancellationToken);
        return await inner.ListJsonAsync(prefix, linked.Token);
    }

    private CancellationTokenSource Link(CancellationToken cancellationToken)
    {
        ending.ThrowIfCancellationRequested();
        return CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ending);
    }
}
