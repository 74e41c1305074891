namespace Berth.Cli.Mirrors;

/// <summary>What became of authors' keys at the target.</summary>
/// <param name="Retired">Keys that were retired there.</param>
/// <param name="Revoked">Keys that were revoked there.</param>
/// <param name="Left">What could not be done, a sentence each.</param>
internal sealed record MirroredKeys(IReadOnlyList<string> Retired, IReadOnlyList<string> Revoked, IReadOnlyList<string> Left)
{
    /// <summary>Nothing to do.</summary>
    public static readonly MirroredKeys None = new([], [], []);
}
