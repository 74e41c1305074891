namespace Berth.Lifecycle.Migration.Planning;

/// <summary>What Berth holds before a run, as far as the plan depends on it.</summary>
internal sealed record TargetState
{
    /// <summary>Nothing.</summary>
    public static TargetState Empty { get; } = new();

    /// <summary>Folded names by user id.</summary>
    public IReadOnlyDictionary<string, string> Users { get; init; } = new Dictionary<string, string>();

    /// <summary>Plugin ids of installations, folded.</summary>
    public IReadOnlySet<string> Installations { get; init; } = new HashSet<string>();

    /// <summary><c>slug/version</c>, folded, of every package in the store, the registry or private hands.</summary>
    public IReadOnlySet<string> Versions { get; init; } = new HashSet<string>();

    /// <summary>Slugs as they are spelled, by their folded form.</summary>
    public IReadOnlyDictionary<string, string> Slugs { get; init; } = new Dictionary<string, string>();

    /// <summary>The run that has not ended, if there is one.</summary>
    public RunState? Unfinished { get; init; }

    /// <summary>Fingerprints of the runs that have ended.</summary>
    public IReadOnlyList<string> Finished { get; init; } = [];

    /// <summary>What the unfinished run has made.</summary>
    public MadeItems ByUnfinished { get; init; } = MadeItems.None;

    /// <summary>What ended runs have made.</summary>
    public MadeItems ByFinished { get; init; } = MadeItems.None;

    /// <summary>The form in which slugs, versions and ids are compared.</summary>
    public static string Fold(string text) => text.ToLowerInvariant();
}

/// <summary>A run in the journal.</summary>
internal sealed record RunState(string Id, string Fingerprint, string State, long StartedAt);

/// <summary>What runs have noted in the journal.</summary>
/// <param name="Users">New user ids that a run created.</param>
/// <param name="Packages">Version and digest by content key.</param>
/// <param name="Readers"><c>digest/user</c>.</param>
/// <param name="Installations">Plugin ids, folded.</param>
internal sealed record MadeItems(
    IReadOnlySet<string> Users, IReadOnlyDictionary<string, MadeVersion> Packages, IReadOnlySet<string> Readers, IReadOnlySet<string> Installations)
{
    public static MadeItems None { get; } = new(new HashSet<string>(), new Dictionary<string, MadeVersion>(), new HashSet<string>(), new HashSet<string>());
}

/// <summary>What was made of a content.</summary>
internal sealed record MadeVersion(string Version, string Digest);
