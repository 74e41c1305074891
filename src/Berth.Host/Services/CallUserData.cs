namespace Berth.Host.Services;

/// <summary>
/// The user's documents for the time of one call. A call that ran out of its time, and goes on regardless, can no longer
/// write what its caller was told had failed.
/// </summary>
/// <param name="inner">Where they are kept.</param>
/// <param name="ending">Cancelled when the call is over.</param>
/// <param name="used">Told of each operation (<see cref="DataUses"/>) that came to its end.</param>
internal sealed class CallUserData(IUserData inner, CancellationToken ending, Action<string>? used = null) : IUserData
{
    public async Task<string?> GetJsonAsync(string key, CancellationToken cancellationToken = default)
    {
        using var linked = Link(cancellationToken);
        return await ToldAsync(DataUses.Read, inner.GetJsonAsync(key, linked.Token));
    }

    public async Task SetJsonAsync(string key, string json, CancellationToken cancellationToken = default)
    {
        using var linked = Link(cancellationToken);
        await inner.SetJsonAsync(key, json, linked.Token);
        used?.Invoke(DataUses.Write);
    }

    public async Task<bool> RemoveAsync(string key, CancellationToken cancellationToken = default)
    {
        using var linked = Link(cancellationToken);
        return await ToldAsync(DataUses.Delete, inner.RemoveAsync(key, linked.Token));
    }

    public async Task<IReadOnlyList<KeyValuePair<string, string>>> ListJsonAsync(string prefix = "", CancellationToken cancellationToken = default)
    {
        using var linked = Link(cancellationToken);
        return await ToldAsync(DataUses.List, inner.ListJsonAsync(prefix, linked.Token));
    }

    private async Task<T> ToldAsync<T>(string operation, Task<T> work)
    {
        var result = await work;
        used?.Invoke(operation);
        return result;
    }

    private CancellationTokenSource Link(CancellationToken cancellationToken)
    {
        ending.ThrowIfCancellationRequested();
        return CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ending);
    }
}
