using Berth.Registry.Versions;

namespace Berth.Registry.Publishers;

/// <summary>Names that administrators keep from being published. Words of Berth's own addresses are kept by <see cref="Publishing.ReservedSlugs"/>.</summary>
public interface IReservedNames
{
    /// <summary>Names after one, in order.</summary>
    Task<IReadOnlyList<ReservedSlug>> ListAsync(int limit, string? after, CancellationToken cancellationToken = default);

    /// <summary>Reserves a name. A plugin that has it already stays. The caller is an administrator.</summary>
    Task<PublisherOutcome> ReserveAsync(RegistryActor actor, string slug, string reason, bool isDryRun = false, CancellationToken cancellationToken = default);

    /// <summary>Gives it free.</summary>
    Task<PublisherOutcome> ReleaseAsync(RegistryActor actor, string slug, bool isDryRun = false, CancellationToken cancellationToken = default);
}
