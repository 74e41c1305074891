using Berth.Registry.Publishers;

namespace Berth.Registry.Trust.InForce;

/// <summary>Which quarantines are in force, and what they hit. One text for whoever asks.</summary>
internal static class QuarantineSql
{
    /// <summary>Of <c>trust_quarantine q</c>, at <c>@now</c>.</summary>
    public const string InForce = "q.lifted_at IS NULL AND (q.expires_at IS NULL OR q.expires_at > @now)";

    /// <summary>
    /// Whether <c>q</c>, of the kind <c>publisher</c>, hits whoever publishes <c>package p</c>: an account that acts for it, or
    /// its organisation by name.
    /// </summary>
    public static readonly string HitsPublisher = $"({PublishRights.ActsForSql("q.subject")} OR {IsOrganisation("p.publisher_id")})";

    /// <summary>Whether <c>q</c> hits the whole plugin <c>package p</c>.</summary>
    public static readonly string HitsPlugin = $"((q.kind = 'plugin' AND q.subject = p.slug_folded) OR (q.kind = 'publisher' AND {HitsPublisher}))";

    /// <summary>Whether <c>q</c> hits <c>package_version v</c> of <c>package p</c>.</summary>
    public static readonly string HitsVersion =
        $"""
        ({HitsPlugin}
        OR (q.kind = 'version' AND q.subject = p.slug_folded || '@' || v.version)
        OR (q.kind = 'publisher' AND q.subject = v.published_by)
        OR (q.kind = 'file' AND (q.subject = v.digest
            OR EXISTS (SELECT 1 FROM package_file f WHERE f.sha256 = q.subject AND f.slug = v.slug AND f.version = v.version))))
        """;

    /// <summary>Whether <c>q</c>, of the kind <c>publisher</c>, hits an organisation that has no plugin of the name yet: itself, or a member who acts for it.</summary>
    /// <param name="publisher">A column or a parameter with its id.</param>
    public static string HitsOrganisation(string publisher) => $"({IsOrganisation(publisher)} OR {PublishRights.ActingMemberSql(publisher, "q.subject")})";

    private static string IsOrganisation(string publisher) => $"EXISTS (SELECT 1 FROM publisher o WHERE o.id = {publisher} AND o.kind = 'organisation' AND o.name = q.subject)";
}
