namespace Berth.Lifecycle.Operations.Planning;

/// <summary>The pins of the site: they bound installs and updates of every user, also when a version is asked for by number.</summary>
public interface ISitePins
{
    /// <summary>All of them, by slug. At most a few seconds behind another node.</summary>
    ValueTask<IReadOnlyDictionary<string, SitePin>> AllAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Pins a plugin. Before: pinned or not. After: pinned to this, audited, and in force for every operation that begins
    /// from now on; what is installed stays as it is. After a failure: as before.
    /// </summary>
    /// <returns><see langword="null"/> when the text is neither a version nor a range.</returns>
    Task<SitePin?> SetAsync(OperationCaller administrator, string slug, string pin, string? reason, CancellationToken cancellationToken = default);

    /// <summary>Lifts a pin. Answers whether there was one. After a failure: as before.</summary>
    Task<bool> RemoveAsync(OperationCaller administrator, string slug, CancellationToken cancellationToken = default);
}
