using System.Collections.Immutable;
using System.Globalization;

namespace Berth.Server.Tests.Kills;

/// <summary>What a client believes of one plugin of one user, from the answers it got.</summary>
/// <param name="Version">In force; <see langword="null"/> when not installed.</param>
/// <param name="Enabled">Whether it is switched on.</param>
/// <param name="Notes">Titles of the notes in force, or, when not installed, of those that were kept.</param>
/// <param name="PreviousVersion">In the rollback slot.</param>
/// <param name="PreviousNotes">As they were when the previous version was left.</param>
/// <param name="KeptVersion">The version whose format kept notes are in.</param>
/// <param name="Setting">What the user set <c>sortBy</c> to; <see langword="null"/> for the default.</param>
/// <param name="PreviousSetting">As it was when the previous version was left.</param>
public sealed record PluginModel(
    string? Version, bool Enabled, ImmutableSortedSet<string> Notes, string? PreviousVersion, ImmutableSortedSet<string> PreviousNotes, string? KeptVersion,
    string? Setting = null, string? PreviousSetting = null)
{
    public const string Old = "1.0.0";
    public const string New = "1.1.0";

    public static PluginModel Nothing { get; } = new(null, false, [], null, [], null);

    public PluginModel Installed(string version) => new(version, true, Notes, null, [], null);

    public PluginModel Uninstalled(bool purged) => purged ? Nothing : new(null, false, Notes, null, [], Version);

    public PluginModel Updated() => this with { Version = New, PreviousVersion = Version, PreviousNotes = Notes, PreviousSetting = Setting };

    public PluginModel RolledBack() => this with
    {
        Version = PreviousVersion, Notes = PreviousNotes, Setting = PreviousSetting,
        PreviousVersion = Version, PreviousNotes = Notes, PreviousSetting = Setting,
    };

    public PluginModel With(string note) => this with { Notes = Notes.Add(note) };

    /// <summary>Whether what the server shows is this. Notes of a plugin that is off or gone cannot be seen.</summary>
    public bool Shows(SeenPlugin seen) =>
        seen.Version == Version && (Version is null || (seen.Enabled == Enabled && seen.Setting == Setting)) && (seen.Notes is null || seen.Notes.SetEquals(Notes));

    public override string ToString() =>
        Version is null ? $"not installed, {Notes.Count} notes kept" : $"{Version} {(Enabled ? "on" : "off")}, {Notes.Count} notes, sorted by {Setting ?? "default"}, before {PreviousVersion ?? "nothing"}";
}

/// <summary>What the server shows of one plugin of one user.</summary>
public sealed record SeenPlugin(string? Version, bool Enabled, ImmutableSortedSet<string>? Notes, string? Setting)
{
    public override string ToString() => Version is null ? "not installed" : $"{Version} {(Enabled ? "on" : "off")}, {Notes?.Count.ToString(CultureInfo.InvariantCulture) ?? "unseen"} notes, sorted by {Setting ?? "default"}";
}
