using Berth.Contracts;
using Berth.Packaging.Manifest;

namespace Berth.Host.Services.CrossPlugin;

/// <summary>Binds one call to a provider: the first in the ranking that the caller may use and that runs. It holds a lease until it is disposed.</summary>
internal sealed class ServiceBinding(ProviderSearch search, ServiceDirectory directory, Func<InstancePool> pool, ITrustCeilings ceilings)
{
    /// <exception cref="ServiceRefusedException">Nobody whom the caller may use.</exception>
    /// <exception cref="ServiceWithdrawnException">Nobody who is there.</exception>
    public async Task<BoundProvider> BindAsync(ServiceCaller caller, string token, ServiceContract contract, CancellationToken cancellationToken)
    {
        if (caller.Chain.Depth >= CallChain.MaxDepth)
            throw Refuse(caller, token, new ServiceRefusal(ServiceRefusal.Depth, $"{CallChain.MaxDepth} calls are within each other already: {caller.Chain}. Plugins that call each other need an end."));

        ServiceRefusal? refusal = null;
        string? away = null;
        string? unfit = null;
        foreach (var candidate in await search.FindAsync(caller, token, isWhole: false, cancellationToken))
        {
            if (candidate.Service is not { } service)
            {
                unfit ??= $"{candidate.Files.Id} does not fit: {candidate.Reason}";
                continue;
            }

            if (ServiceAccess.Check(caller, candidate.Files, service, ceilings) is { } denied)
            {
                refusal ??= denied;
                continue;
            }

            var (bound, misfit, reason) = await LeaseAsync(caller, candidate, service, contract, cancellationToken);
            if (bound is not null)
                return bound;
            refusal ??= misfit;
            away ??= reason;
        }

        // Somebody who is away may come back; a refusal stays.
        throw away is null && refusal is not null
            ? Refuse(caller, token, refusal)
            : new ServiceWithdrawnException(token, away ?? unfit ?? $"no version of {string.Join(" or ", caller.Consumed(token).Select(consumed => consumed.From))} that offers it is in the store of this host. Install the plugin.");
    }

    /// <summary>Counts a refusal and makes its exception.</summary>
    public ServiceRefusedException Refuse(ServiceCaller caller, string token, ServiceRefusal refusal)
    {
        directory.Refused(caller.Plugin.Id, token, refusal, caller.User.User.Id);
        return new ServiceRefusedException(token, refusal.Code, refusal.Reason);
    }

    private async Task<(BoundProvider? Bound, ServiceRefusal? Refusal, string? Away)> LeaseAsync(
        ServiceCaller caller, RankedProvider candidate, CrossPluginServiceManifest service, ServiceContract contract, CancellationToken cancellationToken)
    {
        var id = candidate.Files.Id;
        switch (await pool().LeaseAsync(id, cancellationToken))
        {
            case LeaseOutcome.Leased { Lease: InstanceLease lease }:
                if (lease.Running.Parts.OfferOf(service.Token) is not { } offered)
                {
                    lease.Dispose();
                    return (null, null, $"{id} is being unloaded.");
                }

                if (ContractCompatibility.Problem(contract, offered.Contract) is { Length: > 0 } problem)
                {
                    lease.Dispose();
                    return (null, new ServiceRefusal(ServiceRefusal.ContractChanged, $"{caller.Plugin.Id} was compiled against another contract than {id} has: {problem}. Update one of the two plugins."), null);
                }

                directory.Bound(caller.Plugin.Id, service.Token, id);
                return (new BoundProvider(lease, service.Token, candidate.Own?.Scope ?? new NoDocuments(caller.User, id.Slug)), null, null);
            case LeaseOutcome.Failed failed:
                return (null, null, $"{id} does not run ({failed.Code}): {failed.Reason}");
            case LeaseOutcome.NotFound missing:
                return (null, null, missing.Reason);
            default:
                throw new InvalidOperationException($"The lease of {id} is not one of this host's own.");
        }
    }
}

/// <summary>A provider that answers one call.</summary>
/// <param name="Lease">Keeps its instance.</param>
/// <param name="Token">The service.</param>
/// <param name="User">What belongs to the calling user in the provider.</param>
internal sealed record BoundProvider(InstanceLease Lease, string Token, IUserScope User) : IDisposable
{
    public PluginVersionId Id => Lease.Id;

    public void Dispose() => Lease.Dispose();
}
