using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using Berth.Host.Isolation;
using Berth.Packaging.Enforcement;
using Berth.Packaging.Signing;

namespace Berth.Lifecycle.Trust;

/// <summary>The registry's statement, ready to be asked. Immutable.</summary>
internal sealed class TrustKnowledge
{
    private readonly ILookup<string, KnownQuarantine> _bySlug;
    private readonly ILookup<string, KnownQuarantine> _byDigest;
    private readonly ILookup<string, KnownQuarantine> _byFile;
    private readonly FrozenDictionary<string, string> _restrictions;
    private readonly FrozenDictionary<string, KnownPolicy> _policies;

    private TrustKnowledge(TrustStatementDocument document)
    {
        var quarantines = document.Quarantines ?? [];
        HasQuarantines = quarantines.Count > 0;
        HasFiles = quarantines.Any(quarantine => quarantine.Files is { Count: > 0 });
        _bySlug = Index(quarantines, quarantine => quarantine.Slugs, StringComparer.OrdinalIgnoreCase);
        _byDigest = Index(quarantines, quarantine => quarantine.Digests, StringComparer.Ordinal);
        _byFile = Index(quarantines, quarantine => quarantine.Files, StringComparer.Ordinal);
        _restrictions = (document.Restrictions ?? []).DistinctBy(one => one.Slug, StringComparer.OrdinalIgnoreCase).ToFrozenDictionary(one => one.Slug, one => one.Level, StringComparer.OrdinalIgnoreCase);
        _policies = (document.Policies ?? []).Where(policy => policy.Level is not null).DistinctBy(policy => policy.Level, StringComparer.Ordinal)
            .ToFrozenDictionary(policy => policy.Level!, policy => new KnownPolicy(policy.CapabilityCeiling?.ToFrozenSet(StringComparer.Ordinal), TimeSpan.FromSeconds(policy.CoolDownSeconds)) { Placement = PlacementOf(policy), RequiredSigners = SignersOf(policy), AutoUpdate = policy.AutoUpdate }, StringComparer.Ordinal);
    }

    /// <summary>Nothing is known: no quarantine, and capabilities up to the risks of their levels.</summary>
    public static TrustKnowledge Nothing { get; } = new(new TrustStatementDocument(null, null, null));

    public bool HasQuarantines { get; }

    /// <summary>Whether a quarantine names files, so that a version's own files have to be looked at.</summary>
    public bool HasFiles { get; }

    /// <summary>Reads the registry's statement.</summary>
    /// <exception cref="JsonException">The text is no statement.</exception>
    public static TrustKnowledge Read(string json) =>
        new(JsonSerializer.Deserialize(json, TrustJson.Default.TrustStatementDocument) ?? throw new JsonException("The statement is null."));

    /// <summary>Why a version is stopped.</summary>
    /// <param name="slug">The plugin.</param>
    /// <param name="digest">SHA-256 of its package.</param>
    /// <param name="isPrivate">A private package is known by its bytes only: its name says nothing about the public plugin of that name.</param>
    /// <param name="files">SHA-256 of its files, where they are known.</param>
    /// <param name="now">The time: a quarantine also ends for a host that cannot reach its registry.</param>
    public string? StopOf(string slug, string digest, bool isPrivate, IEnumerable<string> files, DateTimeOffset now)
    {
        if (!HasQuarantines)
            return null;
        var found = _byDigest[digest].Concat(isPrivate ? [] : _bySlug[slug]).Concat(HasFiles ? files.SelectMany(file => _byFile[file]) : [])
            .FirstOrDefault(quarantine => quarantine.ExpiresAt is null || quarantine.ExpiresAt > now);
        return found?.Reason;
    }

    /// <summary>The level that counts: the one that was known at the install, or a lower one to which the registry restricted the plugin.</summary>
    public string LevelOf(string slug, string level) =>
        _restrictions.TryGetValue(slug, out var restricted) && Rank(restricted) > Rank(level) ? restricted : level;

    public KnownPolicy? PolicyOf(string level) => _policies.GetValueOrDefault(level);

    private static PlacementRule? PlacementOf(PolicyDocument policy) => policy.Isolation is not { } isolation ? null : PlacementRule.Of(
        // A level that this host does not know is one of a newer registry: the strongest that isolates everything stands in for it.
        IsolationLevels.Strength(isolation) >= 0 ? isolation : IsolationLevels.Sandbox, policy.Limits);

    // A signer that this host does not know is one of a newer registry: the strictest that there is stands in for it.
    private static RequiredSigners SignersOf(PolicyDocument policy) => (policy.RequiredSignatures ?? []).Aggregate(RequiredSigners.None, (all, one) => all | one switch
    {
        SignatureRole.Author => RequiredSigners.Author,
        SignatureRole.Registry => RequiredSigners.Registry,
        _ => RequiredSigners.Author | RequiredSigners.Registry,
    });

    private static int Rank(string level) => level switch { "internal" => 0, "verified" => 1, "community" => 2, "untrusted" => 3, _ => 4 };

    private static ILookup<string, KnownQuarantine> Index(
        IReadOnlyList<KnownQuarantine> quarantines, Func<KnownQuarantine, IReadOnlyList<string>?> keys, StringComparer comparer) =>
        quarantines.SelectMany(quarantine => (keys(quarantine) ?? []).Select(key => (Key: key, quarantine))).ToLookup(one => one.Key, one => one.quarantine, comparer);
}

/// <summary>A policy as far as a host goes by it.</summary>
/// <param name="Ceiling">Capabilities at most; <see langword="null"/> for all.</param>
/// <param name="CoolDown">How old a version is before it is offered as an update.</param>
internal sealed record KnownPolicy(IReadOnlySet<string>? Ceiling, TimeSpan CoolDown)
{
    /// <summary>Where its versions run at least, and with what at most.</summary>
    public PlacementRule? Placement { get; init; }

    /// <summary>Whether hosts may take its versions by themselves. A registry that does not say so does not allow it.</summary>
    public bool AutoUpdate { get; init; }

    /// <summary>Who must have signed its versions.</summary>
    public RequiredSigners RequiredSigners { get; init; }
}

/// <summary>Answer of <c>GET /api/v1/trust/quarantines</c>, as far as it is read here.</summary>
internal sealed record TrustStatementDocument(
    IReadOnlyList<KnownQuarantine>? Quarantines, IReadOnlyList<KnownRestriction>? Restrictions, IReadOnlyList<PolicyDocument>? Policies);

/// <summary>One quarantine of the answer.</summary>
internal sealed record KnownQuarantine(
    string Id, string Reason, DateTimeOffset? ExpiresAt, IReadOnlyList<string>? Slugs, IReadOnlyList<string>? Digests, IReadOnlyList<string>? Files);

/// <summary>One restriction of the answer.</summary>
internal sealed record KnownRestriction(string Slug, string Level);

/// <summary>One policy of the answer.</summary>
internal sealed record PolicyDocument(string? Level, IReadOnlyList<string>? CapabilityCeiling, long CoolDownSeconds, string? Isolation = null, UsageLimits? Limits = null, IReadOnlyList<string>? RequiredSignatures = null, bool AutoUpdate = false);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TrustStatementDocument))]
internal sealed partial class TrustJson : JsonSerializerContext;
