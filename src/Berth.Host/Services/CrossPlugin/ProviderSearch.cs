namespace Berth.Host.Services.CrossPlugin;

/// <summary>Looks for who could answer a service now. What the user has is known from memory; the store is asked only beyond that.</summary>
internal sealed class ProviderSearch(IPluginVersionSource source, Func<InstancePool> pool)
{
    /// <summary>The candidates in the order in which they are asked; those that do not fit come last.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="token">For what.</param>
    /// <param name="isWhole">Whether those are wanted too that would not be asked because the user's own version fits.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async ValueTask<IReadOnlyList<RankedProvider>> FindAsync(ServiceCaller caller, string token, bool isWhole, CancellationToken cancellationToken)
    {
        var found = new List<RankedProvider>();
        foreach (var consumed in caller.Consumed(token))
        {
            var own = await caller.User.OfPluginAsync(consumed.From, cancellationToken);
            var ownFiles = own is { IsEnabled: true } ? pool().FilesOf(own.Id) ?? await source.FindAsync(own.Id, cancellationToken) : null;
            var ranked = ProviderRanking.Rank(consumed, [], own, ownFiles);
            if (isWhole || ranked is not [{ Service: not null }])
                ranked = ProviderRanking.Rank(consumed, await source.VersionsAsync(consumed.From, cancellationToken), own, ownFiles);
            found.AddRange(ranked);
        }

        // A stable sort: within each group the manifest's order and the versions' order stay.
        return [.. found.OrderBy(provider => provider.Service is null ? 2 : provider.Own is null ? 1 : 0)];
    }
}
