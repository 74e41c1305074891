using System.Text.Json;

namespace Berth.Cli.Http;

/// <summary>Trust of a registry: levels, requests, violations, quarantines and policies.</summary>
internal static class TrustApi
{
    /// <summary>What the registry says of a plugin's trust.</summary>
    public static Task<JsonElement> TrustAsync(this ApiConnection registry, string slug, string below, CancellationToken cancellationToken) =>
        registry.GetAsync<JsonElement>($"{RegistryApi.PathOf(slug)}/trust{below}", cancellationToken);

    /// <summary>Requests for a level, longest waiting first.</summary>
    public static async Task<IReadOnlyList<TrustRequestEntry>> TrustRequestsAsync(this ApiConnection registry, string? state, CancellationToken cancellationToken)
    {
        var found = new List<TrustRequestEntry>();
        for (string? cursor = null; ;)
        {
            var page = await registry.GetAsync<TrustRequestPage>(
                "/api/v1/trust/requests?limit=100" + (state is null ? "" : $"&state={Uri.EscapeDataString(state)}") + (cursor is null ? "" : $"&cursor={cursor}"), cancellationToken);
            found.AddRange(page.Requests);
            cursor = page.NextCursor;
            if (cursor is null)
            {
                return found;
            }
        }
    }

    /// <summary>Changes something about trust, or only asks whether it could be changed.</summary>
    public static Task<JsonElement> ChangeTrustAsync(
        this ApiConnection registry, HttpMethod method, string path, object? body, bool isDryRun, CancellationToken cancellationToken) =>
        registry.SendAsync<JsonElement>(method, path + (isDryRun ? (path.Contains('?') ? "&" : "?") + "dry_run=true" : ""), body, cancellationToken);
}

/// <summary>A request for a level.</summary>
internal sealed record TrustRequestEntry(
    string Id, string Slug, string Level, string State, string Reason, string? Source, string? RequestedBy, DateTimeOffset? RequestedAt, string? DecidedBy, string? Answer);

/// <summary>A page of requests.</summary>
internal sealed record TrustRequestPage(IReadOnlyList<TrustRequestEntry> Requests, string? NextCursor);
