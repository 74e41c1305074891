namespace Berth.Registry.Versions;

/// <summary>How a change of a published version ended.</summary>
public abstract record VersionOutcome
{
    private VersionOutcome()
    {
    }

    /// <summary>It is so now, or would be in a dry run.</summary>
    /// <param name="Slug">As it is spelled.</param>
    /// <param name="Version">The version.</param>
    /// <param name="Changed">Whether it was otherwise before.</param>
    public sealed record Done(string Slug, string Version, bool Changed) : VersionOutcome;

    /// <summary>There is no such plugin.</summary>
    public sealed record UnknownPlugin : VersionOutcome;

    /// <summary>The plugin has no such version, or none that is visible.</summary>
    public sealed record UnknownVersion(string Slug) : VersionOutcome;

    /// <summary>The version was deleted.</summary>
    public sealed record Gone(Tombstone Tombstone) : VersionOutcome;

    /// <summary>The plugin is somebody else's, or the caller's role is too small.</summary>
    public sealed record NotPermitted(string Slug) : VersionOutcome;

    /// <summary>Not as things are; all reasons. Nothing was changed.</summary>
    public sealed record Refused(string Slug, IReadOnlyList<VersionRefusal> Reasons) : VersionOutcome;
}

/// <summary>One reason why a version is not changed.</summary>
/// <param name="Code">Stable and dotted.</param>
/// <param name="Message">Why, and what to do.</param>
public sealed record VersionRefusal(string Code, string Message);

/// <summary>What is left of a deleted version: its number is never given again.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Version">The version.</param>
/// <param name="DeletedAt">When.</param>
/// <param name="Reason">Why, as whoever deleted it said.</param>
public sealed record Tombstone(string Slug, string Version, DateTimeOffset DeletedAt, string? Reason);
