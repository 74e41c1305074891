namespace Berth.Cli.Mirrors;

/// <summary>
/// What a mirror has itself put on a version at its target, remembered beside what is done: when the source lifts it, it is lifted
/// there as well, as long as it is still the mirror's own. What people there put on it stays.
/// </summary>
internal sealed class MirrorMemory(MirrorJournal journal, string target, MirroredVersion version)
{
    /// <summary>The reason of the yank that the mirror brought.</summary>
    public string? Yank => journal.BroughtTo(target, version).Yank;

    /// <summary>The message of the warning that the mirror brought.</summary>
    public string? Warning => journal.BroughtTo(target, version).Warning;

    /// <summary>The mirror yanked the version, or took its yank back.</summary>
    public void Yanked(string? reason) => journal.Bring(target, version, journal.BroughtTo(target, version) with { Yank = reason });

    /// <summary>The mirror warned of the version, or took its warning back.</summary>
    public void Warned(string? message) => journal.Bring(target, version, journal.BroughtTo(target, version) with { Warning = message });
}

/// <summary>A yank's reason and a warning's message that a mirror brought; nothing when it brought none.</summary>
internal sealed record BroughtStates(string? Yank = null, string? Warning = null);
