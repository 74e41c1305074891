namespace Berth.Registry.Versions;

/// <summary>Chooses what the channels of a plugin give. In force for every reader of this process at once, elsewhere within seconds.</summary>
public interface IChannels
{
    /// <summary>Points a channel to a version that is newer than what it gives now.</summary>
    Task<ChannelOutcome> PromoteAsync(RegistryActor actor, ChannelRequest request, CancellationToken cancellationToken = default);

    /// <summary>Points a channel to a version that is older than what it gives now. Installations that have a newer one keep it.</summary>
    Task<ChannelOutcome> RollbackAsync(RegistryActor actor, ChannelRequest request, CancellationToken cancellationToken = default);

    /// <summary>Lets a channel follow the version numbers again. The request's version is not looked at.</summary>
    Task<ChannelOutcome> ReleaseAsync(RegistryActor actor, ChannelRequest request, CancellationToken cancellationToken = default);

    /// <summary>Who changed what, newest first, from before a sequence number.</summary>
    Task<IReadOnlyList<ChannelChange>> HistoryAsync(string slug, int limit, long? before, CancellationToken cancellationToken = default);
}

/// <summary>What is to happen to a channel.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Version">The version it is to give.</param>
/// <param name="Channel">The channel's name.</param>
/// <param name="Reason">Why, for the history.</param>
/// <param name="IsDryRun">Plan only.</param>
public sealed record ChannelRequest(string Slug, string Version, string Channel, string? Reason = null, bool IsDryRun = false);

/// <summary>How a change of a channel ended.</summary>
public abstract record ChannelOutcome
{
    private ChannelOutcome()
    {
    }

    /// <summary>It is so now, or would be in a dry run.</summary>
    /// <param name="Slug">As it is spelled.</param>
    /// <param name="Channel">The channel.</param>
    /// <param name="Version">What was chosen for it; <see langword="null"/> when it follows the version numbers.</param>
    /// <param name="Previous">What it gave before.</param>
    public sealed record Done(string Slug, string Channel, string? Version, string? Previous) : ChannelOutcome;

    /// <summary>There is no such plugin.</summary>
    public sealed record UnknownPlugin : ChannelOutcome;

    /// <summary>The plugin has no such version that is visible and not yanked.</summary>
    public sealed record UnknownVersion(string Slug) : ChannelOutcome;

    /// <summary>The plugin is somebody else's, or the caller's role is too small.</summary>
    public sealed record NotPermitted(string Slug) : ChannelOutcome;

    /// <summary>Not as things are.</summary>
    public sealed record Refused(string Slug, VersionRefusal Reason) : ChannelOutcome;
}

/// <summary>One change of a channel.</summary>
/// <param name="Sequence">Its place in the history.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Kind"><c>promote</c>, <c>rollback</c> or <c>release</c>.</param>
/// <param name="Version">What was chosen; <see langword="null"/> for a release.</param>
/// <param name="Previous">What it gave before.</param>
/// <param name="Reason">Why.</param>
/// <param name="ChangedBy">Who.</param>
/// <param name="At">When.</param>
public sealed record ChannelChange(
    long Sequence, string Channel, string Kind, string? Version, string? Previous, string? Reason, string ChangedBy, DateTimeOffset At);
