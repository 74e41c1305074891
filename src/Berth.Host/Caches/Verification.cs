namespace Berth.Host.Caches;

/// <summary>The comparison of a version's files with the digests of its package.</summary>
/// <param name="Files">How many were compared.</param>
/// <param name="BrokenFile">The first that is not what was published; <see langword="null"/> when all are.</param>
/// <param name="Reason">What is wrong with it.</param>
internal sealed record Verification(int Files, string? BrokenFile = null, string? Reason = null)
{
    /// <summary>Whether the files are the ones that were published.</summary>
    public bool IsSound => BrokenFile is null;
}
