namespace Berth.Cli.Http;

/// <summary>What installations are granted.</summary>
internal static class GrantsApi
{
    /// <summary>Grants capabilities to one, or takes them back.</summary>
    public static Task<GrantChange> ChangeGrantsAsync(
        this ApiConnection host, string slug, IReadOnlyList<string> names, bool isGrant, bool dryRun, CancellationToken cancellationToken) =>
        host.SendAsync<GrantChange>(
            HttpMethod.Patch, $"/api/v1/plugins/{Uri.EscapeDataString(slug)}{(dryRun ? "?dry_run=true" : "")}", isGrant ? (object)new { grant = names } : new { revoke = names }, cancellationToken);
}

/// <summary>What a change of grants answers.</summary>
internal sealed record GrantChange(GrantState Data, IReadOnlyList<string>? Notes);

/// <summary>All that is granted now; in a dry run the plan.</summary>
internal sealed record GrantState(IReadOnlyList<string>? Granted, InstallationPlan? Plan);

/// <summary>A capability that an installed version declares.</summary>
/// <param name="Name">For example <c>network:http-client</c>.</param>
/// <param name="Risk">How much harm its abuse can do.</param>
/// <param name="Permitted">Whether the version's trust level permits it.</param>
/// <param name="Granted">Whether the user granted it.</param>
/// <param name="Hosts">The hosts that it reaches, where it is about hosts.</param>
internal sealed record InstalledCapability(string Name, string? Risk, bool Permitted, bool Granted, IReadOnlyList<string>? Hosts)
{
    /// <summary>How it stands, in words.</summary>
    public string Standing => (Permitted, Granted) switch
    {
        (true, true) => "granted",
        (true, false) => "declined",
        _ => "not permitted by its trust level",
    };
}
