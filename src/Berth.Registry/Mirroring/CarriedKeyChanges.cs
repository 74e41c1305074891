namespace Berth.Registry.Mirroring;

/// <summary>Authors' keys that are over here because they are at a bundle's source.</summary>
/// <param name="Retired">Put away now.</param>
/// <param name="Revoked">Revoked now, since the time they are revoked there.</param>
public sealed record CarriedKeyChanges(IReadOnlyList<string> Retired, IReadOnlyList<string> Revoked)
{
    /// <summary>None.</summary>
    public static readonly CarriedKeyChanges None = new([], []);
}
