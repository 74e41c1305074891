using Berth.Data.Sessions;
using Berth.Registry.Trust;
using Berth.Registry.Trust.InForce;
using Berth.Registry.Trust.Quarantines;

namespace Berth.Registry.Review;

/// <summary>Looks whether a held version is quarantined: then it is not approved, whatever the review says.</summary>
internal static class ReviewQuarantine
{
    /// <summary>Why the version must not become visible, in a sentence with the next step; <see langword="null"/> when nothing stops it.</summary>
    public static async Task<string?> WhyAsync(DbSession session, string slug, string version, long now)
    {
        if (await QuarantineRows.OfVersionAsync(session, slug, version, now) is { } quarantine)
        {
            return $"{slug} {version} is quarantined with the {quarantine.Kind} '{quarantine.Subject}': {quarantine.Reason} "
                + $"Lift that first (DELETE /api/v1/trust/quarantines/{quarantine.Id}), or reject the version.";
        }

        return (await TrustLevelRows.OfAsync(session, slug, now)).Decided == TrustLevels.Quarantined
            ? $"'{slug}' has the trust level 'quarantined'. Decide on another one first (PUT /api/v1/plugins/{slug}/trust), or reject the version."
            : null;
    }
}
