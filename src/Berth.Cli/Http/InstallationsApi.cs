using System.Text.Json;
using System.Text.Json.Serialization;

namespace Berth.Cli.Http;

/// <summary>The frame of an installation's answers.</summary>
internal sealed record Framed<T>(string? Status, string? Message, T Data);

/// <summary>What <c>dry_run=true</c> answers.</summary>
internal sealed record Planned(InstallationPlan Plan);

/// <summary>What an operation would do.</summary>
internal sealed record InstallationPlan(
    string Kind,
    string PluginSlug,
    string? FromVersion,
    string? Version,
    string? Digest,
    long? DownloadBytes,
    IReadOnlyList<PlannedCapability>? Capabilities,
    IReadOnlyList<JsonElement>? Dependencies,
    IReadOnlyList<JsonElement>? Modules,
    IReadOnlyList<JsonElement>? Notes,
    IReadOnlyList<JsonElement>? Steps,
    IReadOnlyList<string>? Explanations = null);

/// <summary>A capability that the version asks for.</summary>
internal sealed record PlannedCapability(string Name, string? Risk, string? Description, bool New, bool? Granted = null, IReadOnlyList<string>? Hosts = null, bool? Permitted = null)
{
    /// <summary>Whether a user may grant it: what the plugin's trust level does not permit is refused.</summary>
    public bool CanBeGranted => Permitted is not false;

    /// <summary>That no grant helps, for people; empty where one does.</summary>
    public string Bar => CanBeGranted ? "" : " [not permitted by its trust level]";

    /// <summary>Where it reaches to, for people; empty when it is not about hosts.</summary>
    public string Reach() => Hosts is not { Count: > 0 } hosts ? "" : $" → {string.Join(", ", hosts.Select(host => host is "*" ? "any public host" : host))}";
}

/// <summary>What an operation did; members that an operation doesn't have are absent.</summary>
internal sealed record InstallationResult(
    string PluginSlug,
    string PluginId,
    string? Version,
    string? PreviousVersion,
    string? NewVersion,
    bool? Migrated,
    IReadOnlyList<string>? ModulesCreated,
    IReadOnlyList<JsonElement>? DependenciesInstalled,
    IReadOnlyList<MemberResult>? Members,
    JsonElement? DeletedModules);

/// <summary>What a repair changed.</summary>
internal sealed record RepairResult(
    string PluginSlug, string PluginId, string Version, IReadOnlyList<string> FilesRestored, IReadOnlyList<string> ModulesCreated, IReadOnlyList<string> ModulesDeleted);

/// <summary>Another plugin that an operation took along.</summary>
internal sealed record MemberResult(string PluginSlug, string? Kind, string? Version, string? PreviousVersion);

/// <summary>The caller's installations.</summary>
internal sealed record InstallationList(IReadOnlyList<InstallationRow> Plugins);

/// <summary>One installation, as existing front ends read it.</summary>
internal sealed record InstallationRow(
    string Id,
    string? PluginSlug,
    string? Name,
    string? Version,
    bool? Enabled,
    string? Status,
    string? Bundlelocation,
    AutoUpdateStatus? AutoUpdate = null);

/// <summary>Newer versions of what the caller has.</summary>
internal sealed record AvailableUpdates([property: JsonPropertyName("available_updates")] IReadOnlyList<AvailableUpdate> Updates)
{
    /// <summary>What publishers say of the versions that are installed.</summary>
    public IReadOnlyList<UpdateNotice>? Notices { get; init; }
}

/// <summary>A word of a publisher on an installed version.</summary>
internal sealed record UpdateNotice(string PluginSlug, string? CurrentVersion, string Kind, string Message);

/// <summary>A newer version of one installation.</summary>
internal sealed record AvailableUpdate(string PluginSlug, string? CurrentVersion, string LatestVersion);

/// <summary>What bounds the updates of an installation.</summary>
internal sealed record UpdatePolicy(string? PluginSlug, string? Pinned, string? Channel, IReadOnlyList<string>? Notes = null, InstallationPlan? Plan = null);

/// <summary>Whether an installation is updated by itself, and how it stands.</summary>
internal sealed record AutoUpdateStatus(
    string PluginSlug,
    string? PluginId,
    bool Enabled,
    string? Channel,
    string? CurrentVersion,
    string? State,
    string? Version,
    string? Code,
    string? Reason,
    int? Attempts,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? Since,
    DateTimeOffset? DecidedAt,
    DateTimeOffset? CheckedAt,
    long? IntervalSeconds);

/// <summary>The installations that are updated by themselves.</summary>
internal sealed record AutoUpdateList(IReadOnlyList<AutoUpdateStatus> Installations);

/// <summary>What a choice of files answers.</summary>
internal sealed record VariantChoice(VariantState Data, IReadOnlyList<string>? Notes);

/// <summary>What was chosen and is served now; in a dry run the plan.</summary>
internal sealed record VariantState(string? Variant, string? ServedVariant, InstallationPlan? Plan);

/// <summary>How an installation is.</summary>
internal sealed record InstallationStatus(
    string PluginSlug, bool? Exists, string Status, string? PluginId, InstallationInfo? PluginInfo, JsonElement? HealthDetails, RuntimeInfo? Runtime);

/// <summary>The row behind an installation.</summary>
internal sealed record InstallationInfo(string? Id, string? Name, string? Version, bool? Enabled, DateTimeOffset? CreatedAt, DateTimeOffset? UpdatedAt, string? Variant = null, string? ServedVariant = null,
    IReadOnlyList<InstalledCapability>? Capabilities = null);

/// <summary>The loaded version behind an installation.</summary>
internal sealed record RuntimeInfo(string? State, string? Isolation, JsonElement? Breaker);

/// <summary>The resource <c>/api/v1/plugins</c> of a host.</summary>
internal static class InstallationsApi
{
    /// <summary>What an operation would do.</summary>
    public static async Task<InstallationPlan> PlanAsync(
        this ApiConnection host, HttpMethod method, string slug, string operation, object? body, string query, CancellationToken cancellationToken) =>
        (await host.SendAsync<Framed<Planned>>(method, $"{PathOf(slug)}/{operation}?dry_run=true{query}", body, cancellationToken)).Data.Plan;

    /// <summary>Does it.</summary>
    public static async Task<InstallationResult> RunAsync(
        this ApiConnection host, HttpMethod method, string slug, string operation, object? body, string query, CancellationToken cancellationToken) =>
        (await host.SendAsync<Framed<InstallationResult>>(
            method, $"{PathOf(slug)}/{operation}{(query.Length > 0 ? "?" + query.TrimStart('&') : "")}", body, cancellationToken)).Data;

    /// <summary>Brings back files and rows of one.</summary>
    public static async Task<RepairResult> RepairAsync(this ApiConnection host, string slug, CancellationToken cancellationToken) =>
        (await host.SendAsync<Framed<RepairResult>>(HttpMethod.Post, PathOf(slug) + "/repair", null, cancellationToken)).Data;

    /// <summary>The caller's installations.</summary>
    public static async Task<IReadOnlyList<InstallationRow>> InstallationsAsync(this ApiConnection host, CancellationToken cancellationToken) =>
        (await host.GetAsync<InstallationList>("/api/v1/plugins/", cancellationToken)).Plugins;

    /// <summary>Newer versions of what the caller has.</summary>
    public static async Task<AvailableUpdates> UpdatesAsync(this ApiConnection host, CancellationToken cancellationToken) =>
        (await host.GetAsync<Framed<AvailableUpdates>>("/api/v1/plugins/updates/available", cancellationToken)).Data;

    /// <summary>The installations that are updated by themselves.</summary>
    public static async Task<IReadOnlyList<AutoUpdateStatus>> AutoUpdatesAsync(this ApiConnection host, CancellationToken cancellationToken) =>
        (await host.GetAsync<Framed<AutoUpdateList>>("/api/v1/plugins/updates/automatic", cancellationToken)).Data.Installations;

    /// <summary>Whether one is updated by itself.</summary>
    public static async Task<AutoUpdateStatus> AutoUpdateOfAsync(this ApiConnection host, string slug, CancellationToken cancellationToken) =>
        (await host.GetAsync<Framed<AutoUpdateStatus>>(PathOf(slug) + "/auto-update", cancellationToken)).Data;

    /// <summary>A newer version of one installation, if there is one.</summary>
    public static async Task<AvailableUpdate?> UpdateOfAsync(this ApiConnection host, string slug, CancellationToken cancellationToken) =>
        (await host.GetAsync<Framed<AvailableUpdates>>(PathOf(slug) + "/update/available", cancellationToken)).Data.Updates is [var update, ..] ? update : null;

    /// <summary>How one is.</summary>
    public static async Task<InstallationStatus> StatusAsync(this ApiConnection host, string slug, CancellationToken cancellationToken) =>
        (await host.GetAsync<Framed<InstallationStatus>>(PathOf(slug) + "/status", cancellationToken)).Data;

    /// <summary>Switches one on or off.</summary>
    public static Task EnableAsync(this ApiConnection host, string slug, bool enabled, bool dryRun, CancellationToken cancellationToken) =>
        host.SendAsync(HttpMethod.Patch, PathOf(slug) + (dryRun ? "?dry_run=true" : ""), new { enabled }, cancellationToken);

    /// <summary>Changes the user's pin or channel of one.</summary>
    public static async Task<UpdatePolicy> SetPolicyAsync(this ApiConnection host, string slug, object change, bool dryRun, CancellationToken cancellationToken) =>
        (await host.SendAsync<Framed<UpdatePolicy>>(HttpMethod.Patch, PathOf(slug) + (dryRun ? "?dry_run=true" : ""), change, cancellationToken)).Data;

    /// <summary>Chooses which files of one are served; answers with what the host says to it.</summary>
    public static Task<VariantChoice> ChooseVariantAsync(this ApiConnection host, string slug, string variant, bool dryRun, CancellationToken cancellationToken) =>
        host.SendAsync<VariantChoice>(HttpMethod.Patch, PathOf(slug) + (dryRun ? "?dry_run=true" : ""), new { variant }, cancellationToken);

    /// <summary>What an install would do, or an update when it is installed.</summary>
    public static async Task<InstallationPlan> PlanOfAsync(this ApiConnection host, string slug, string? range, CancellationToken cancellationToken) =>
        (await host.GetAsync<Framed<Planned>>($"{PathOf(slug)}/plan{(range is null ? "" : "?version=" + Uri.EscapeDataString(range))}", cancellationToken)).Data.Plan;

    private static string PathOf(string slug) => "/api/v1/plugins/" + Uri.EscapeDataString(slug);
}
