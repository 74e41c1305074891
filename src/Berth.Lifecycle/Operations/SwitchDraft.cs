using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Settings;

namespace Berth.Lifecycle.Operations;

/// <summary>A switch to another version that was planned: an update or a rollback.</summary>
internal sealed record SwitchDraft(string Kind, OperationCaller Caller, InstalledPlugin From, Candidate To, UserInstallations PlannedOn)
{
    /// <summary>What the user grants with this request.</summary>
    public IReadOnlyList<string> Grant { get; init; } = [];

    /// <summary>What is granted afterwards.</summary>
    public required IReadOnlyList<string> Granted { get; init; }

    /// <summary>The generation of documents to return to; <see langword="null"/> carries the present ones over.</summary>
    public long? ReturnTo { get; init; }

    /// <summary>The settings afterwards; those before are in the rollback slot.</summary>
    public StoredSettings Settings { get; init; } = From.Settings;

    /// <summary>Whether the settings of the slot come back as they were. An installation that was updated before there was a place for them keeps its own.</summary>
    public bool ReturnsSettings => ReturnTo is not null && From.PreviousSettings is not null;

    public OperationData Data => new() { Version = To.Version.ToString(), FromVersion = From.Version };

    /// <summary>Whether the installation is not what this was planned on.</summary>
    public bool IsStale(UserInstallations installed) => !installed.TryFind(From.Slug, out var present) || present != From;

    /// <summary>For a switch of this plugin alone: why it is not possible, or <see langword="null"/>.</summary>
    public OperationOutcome.Refused? Check(OperationParts parts, UserInstallations installed)
    {
        if (IsStale(installed))
            return Refusals.ChangedMeanwhile(From.Slug);
        var reasons = parts.Requirements.Check(To, installed, Grant);
        return reasons.Count == 0 ? null : Refusals.Impossible($"The {Kind} of {From.Slug} to {To.Version}", reasons);
    }

    public OperationResult Result(string operationId, IReadOnlyList<string> notes) => new()
    {
        OperationId = operationId,
        Kind = Kind,
        Slug = From.Slug,
        PluginId = From.PluginId,
        Version = To.Version.ToString(),
        PreviousVersion = From.Version,
        Migrated = ReturnTo is null,
        Notes = notes,
    };

    public SwitchPluginRow Row(long generation, long now) => new(
        From.PluginId, From.UserId, From.Slug, From.Version, From.Digest, From.Generation,
        To.Version.ToString(), To.Digest, InstallationRow.WriteGranted(Granted), generation,
        From.Version, From.Digest, From.Generation, now,
        Settings.ConfigJson, Settings.SecretsJson, From.ConfigJson, From.SecretsJson, From.GrantedJson);

    public InstalledPlugin Installed(long generation, long now) => From with
    {
        Version = string.Intern(To.Version.ToString()),
        Digest = string.Intern(To.Digest),
        GrantedJson = InstallationRow.Shared(InstallationRow.WriteGranted(Granted)),
        Granted = InstallationRow.ReadGranted(InstallationRow.WriteGranted(Granted)),
        Generation = generation,
        PreviousVersion = From.Version,
        PreviousDigest = From.Digest,
        PreviousGeneration = From.Generation,
        ConfigJson = Settings.ConfigJson,
        SecretsJson = Settings.SecretsJson,
        PreviousSettings = From.Settings,
        UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(now),
    };
}
