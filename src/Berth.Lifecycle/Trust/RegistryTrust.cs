using System.Collections.Frozen;
using Berth.Host;
using Berth.Host.Isolation;
using Berth.Lifecycle.Operations.Planning;
using Berth.Packaging.Signing;

namespace Berth.Lifecycle.Trust;

/// <summary>The one holder of what is known; <see cref="TrustFollower"/> replaces it. Reading takes no lock.</summary>
internal sealed class RegistryTrust(TimeProvider time) : IRegistryTrust, ITrustCeilings, IPlacementRules
{
    private volatile TrustKnowledge _knowledge = TrustKnowledge.Nothing;
    private volatile FrozenDictionary<PluginVersionId, string> _stopped = FrozenDictionary<PluginVersionId, string>.Empty;
    private int _generation;

    public TrustKnowledge Knowledge => _knowledge;

    public IReadOnlyDictionary<PluginVersionId, string> Stopped => _stopped;

    public DateTimeOffset? HeardAt { get; set; }

    public int Generation => Volatile.Read(ref _generation);

    public string? StopOf(string slug, string version) =>
        _stopped is { Count: > 0 } stopped ? stopped.GetValueOrDefault(new PluginVersionId(slug, version)) : null;

    /// <summary>Why a version that may not be in the store yet must not come into force.</summary>
    public string? StopOf(Candidate candidate) =>
        _knowledge.StopOf(candidate.Slug, candidate.Digest, candidate.Offer?.IsPrivate ?? candidate.Stored!.IsPrivate, [], time.GetUtcNow())
        ?? (candidate.Stored is { } stored ? StopOf(stored.Slug, stored.Version) : null);

    public bool Permits(string slug, string trustLevel, string capability)
    {
        var level = _knowledge.LevelOf(slug, trustLevel);
        // A level or a capability that this host does not know is permitted nothing, whatever a policy says.
        return _knowledge.PolicyOf(level) is { } policy
            ? TrustCeilings.IsKnown(level, capability) && (policy.Ceiling is null || policy.Ceiling.Contains(capability))
            : TrustCeilings.Permits(level, capability);
    }

    PlacementRule? IPlacementRules.Of(string slug, string trustLevel) => _knowledge.PolicyOf(_knowledge.LevelOf(slug, trustLevel))?.Placement;

    /// <summary>Who must have signed a version, as the policy of the level that it was installed with says, and that of one to which its plugin was lowered.</summary>
    public RequiredSigners RequiredSignersOf(string slug, string trustLevel)
    {
        var knowledge = _knowledge;
        return SignersOf(trustLevel) | SignersOf(knowledge.LevelOf(slug, trustLevel));

        RequiredSigners SignersOf(string level) => knowledge.PolicyOf(level)?.RequiredSigners ?? RequiredSigners.None;
    }

    /// <summary>Whether a version is still too young to be offered as an update, and until when.</summary>
    public DateTimeOffset? CoolsUntil(string slug, string trustLevel, DateTimeOffset? publishedAt) =>
        publishedAt is { } at && _knowledge.PolicyOf(_knowledge.LevelOf(slug, trustLevel))?.CoolDown is { } coolDown && coolDown > TimeSpan.Zero && at + coolDown > time.GetUtcNow()
            ? at + coolDown
            : null;

    /// <summary>Whether the policy of a version's level lets this host take it without anybody asking; where no policy is known, only what is trusted most.</summary>
    public bool TakesByItself(string slug, string trustLevel)
    {
        var level = _knowledge.LevelOf(slug, trustLevel);
        return _knowledge.PolicyOf(level)?.AutoUpdate ?? level is "internal" or "verified";
    }

    /// <summary>Takes over what the registry says.</summary>
    public void Learn(TrustKnowledge knowledge)
    {
        _knowledge = knowledge;
        Interlocked.Increment(ref _generation);
    }

    /// <summary>Takes over which versions in the store that hits.</summary>
    public void Stop(IReadOnlyDictionary<PluginVersionId, string> stopped) => _stopped = stopped.ToFrozenDictionary();
}
