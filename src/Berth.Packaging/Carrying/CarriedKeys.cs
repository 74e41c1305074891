namespace Berth.Packaging.Carrying;

/// <summary>
/// How authors' keys that are over at one registry become so at another one, by a mirror and by a bundle alike: only keys that one
/// of the two registered there for the account that carries. Keys that people there registered are theirs to decide about.
/// </summary>
public static class CarriedKeys
{
    /// <summary>What keys are called that a mirror registers.</summary>
    public const string FromMirror = "Mirrored";

    /// <summary>What keys are called that come with a bundle.</summary>
    public const string FromBundle = "From a bundle";

    /// <summary>Whether a key of this name was carried.</summary>
    public static bool IsCarried(string? name) => name is FromMirror or FromBundle;

    /// <summary>What is to be done at the target about a key. Nothing that is over begins again.</summary>
    /// <param name="there">Where it stands at the source.</param>
    /// <param name="thereSince">From when on it is revoked there.</param>
    /// <param name="here">Where it stands at the target.</param>
    /// <param name="hereSince">From when on it is revoked there.</param>
    public static KeyStep Judge(string there, DateTimeOffset? thereSince, string here, DateTimeOffset? hereSince) =>
        there == "revoked" && thereSince is { } since && !(hereSince <= since) ? KeyStep.Revoke
        : there == "retired" && here == "active" ? KeyStep.Retire
        : KeyStep.Nothing;
}
