using Berth.Host.States;

namespace Berth.Host.Services.CrossPlugin;

/// <summary>Tells a consumer who could answer, who will, and why.</summary>
internal sealed class ServiceIntrospection(ProviderSearch search, Func<InstancePool> pool, ITrustCeilings ceilings)
{
    public async ValueTask<IReadOnlyList<ServiceCandidate>> CandidatesAsync(ServiceCaller caller, string token, CancellationToken cancellationToken)
    {
        var states = pool().Snapshot().ToDictionary(instance => instance.Id, instance => instance.State);
        var candidates = new List<ServiceCandidate>();
        var rank = 0;
        foreach (var provider in await search.FindAsync(caller, token, isWhole: true, cancellationToken))
        {
            var refusal = provider.Service is { } service ? ServiceAccess.Check(caller, provider.Files, service, ceilings) : null;
            var state = states.TryGetValue(provider.Files.Id, out var known) ? known : (InstanceState?)null;

            // One that does not run is asked after those that do: the next call passes it by.
            var isAsked = provider.Service is not null && refusal is null && state is not (InstanceState.Failed or InstanceState.Leaked or InstanceState.Quarantined);
            candidates.Add(new ServiceCandidate(
                provider.Files.Id.Slug, provider.Files.Id.Version, isAsked ? ++rank : 0, provider.Own is not null,
                state is { } now ? now.ToString().ToLowerInvariant() : "not_loaded", refusal?.Reason ?? provider.Reason));
        }

        return candidates;
    }
}
