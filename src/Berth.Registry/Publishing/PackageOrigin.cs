using Berth.Registry.Trust;

namespace Berth.Registry.Publishing;

/// <summary>Where a package is carried from, by a mirror or a bundle.</summary>
/// <param name="Source">The registry.</param>
/// <param name="Level">The plugin's trust level there, one of <see cref="TrustLevels.All"/>.</param>
public sealed record PackageOrigin(string Source, string Level)
{
    /// <summary>Whether an administrator carries it: then a colleague's plugins from there are gone on with, and keys that administrators vouched for are its authors'.</summary>
    public bool IsByAdministrator { get; init; }

    /// <summary>
    /// What a plugin that comes from there begins with: never more than anybody's new plugin has, and less where its source trusts
    /// it less, so that it is scanned and held as such. What its source gives beyond that is decided on as a decision
    /// (<see cref="Mirroring.ICarriedTrust"/>).
    /// </summary>
    public string FirstLevel => TrustLevels.IsAbove(TrustLevels.Community, Level) ? TrustLevels.Untrusted : TrustLevels.Community;
}
