namespace Berth.Cli.Http;

/// <summary>One offer.</summary>
internal sealed record ShareRecord(
    string Id, ShareSender? From, string? To, string PluginSlug, string Version, string State, DateTimeOffset? CreatedAt, DateTimeOffset? ExpiresAt);

/// <summary>Who made an offer.</summary>
internal sealed record ShareSender(string Id, string? Username);

/// <summary>A page of offers.</summary>
internal sealed record SharePage(IReadOnlyList<ShareRecord> Received, IReadOnlyList<ShareRecord> Given, string? NextCursor);

/// <summary>What offering answers.</summary>
internal sealed record OfferedShares(IReadOnlyList<ShareRecord> Shares);

/// <summary>The resource <c>/api/v1/plugins/shares</c> of a host.</summary>
internal static class SharesApi
{
    private const string Path = "/api/v1/plugins/shares";

    /// <summary>Offers the caller's version to others.</summary>
    public static async Task<IReadOnlyList<ShareRecord>> ShareAsync(this ApiConnection host, string slug, IReadOnlyList<string> users, CancellationToken cancellationToken) =>
        (await host.SendAsync<Framed<OfferedShares>>(
            HttpMethod.Post, $"/api/v1/plugins/{Uri.EscapeDataString(slug)}/share", new { users }, cancellationToken)).Data.Shares;

    /// <summary>The newest offers.</summary>
    public static Task<SharePage> SharesAsync(this ApiConnection host, CancellationToken cancellationToken) => host.GetAsync<SharePage>(Path, cancellationToken);

    /// <summary>Accepts one.</summary>
    public static async Task<InstallationResult> AcceptAsync(this ApiConnection host, string id, IReadOnlyList<string>? grant, CancellationToken cancellationToken) =>
        (await host.SendAsync<Framed<InstallationResult>>(HttpMethod.Post, $"{Path}/{Uri.EscapeDataString(id)}/accept", new { grant }, cancellationToken)).Data;

    /// <summary>Declines one.</summary>
    public static Task DeclineAsync(this ApiConnection host, string id, CancellationToken cancellationToken) =>
        host.SendAsync(HttpMethod.Post, $"{Path}/{Uri.EscapeDataString(id)}/decline", null, cancellationToken);

    /// <summary>Withdraws one.</summary>
    public static Task WithdrawAsync(this ApiConnection host, string id, CancellationToken cancellationToken) =>
        host.SendAsync(HttpMethod.Delete, $"{Path}/{Uri.EscapeDataString(id)}", null, cancellationToken);
}
