namespace Berth.Registry.Publishing;

/// <summary>What a publisher may store, unless an administrator allows them something else.</summary>
/// <param name="Bytes">Bytes of all packages together; <see langword="null"/> for no bound.</param>
/// <param name="Versions">Number of versions; <see langword="null"/> for no bound.</param>
public sealed record PublisherQuotas(long? Bytes, long? Versions)
{
    /// <summary>No bounds.</summary>
    public static PublisherQuotas None { get; } = new(null, null);
}
