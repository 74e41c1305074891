namespace Berth.Registry.Publishing;

/// <summary>What became of publishes.</summary>
public interface IPublications
{
    /// <summary>A publication, or <see langword="null"/>.</summary>
    Task<Publication?> FindAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>What the stages said of a version when it was published, with evidence; empty when it was published before there were stages.</summary>
    Task<IReadOnlyList<StageRecord>> StagesAsync(string slug, string version, CancellationToken cancellationToken = default);

    /// <summary>Where continuous integration says that a version comes from, as JSON, if it published it.</summary>
    Task<string?> ProvenanceAsync(string slug, string version, CancellationToken cancellationToken = default);
}
