using System.Text.Json;

namespace Berth.Cli.Http;

/// <summary>A publisher.</summary>
internal sealed record PublisherEntry(string Name, string? DisplayName, string? Kind, bool Verified, IReadOnlyList<string>? Prefixes);

/// <summary>A page of publishers.</summary>
internal sealed record PublisherPage(IReadOnlyList<PublisherEntry> Publishers, string? NextCursor);

/// <summary>A publisher with its plugins.</summary>
internal sealed record PublisherDetail(PublisherEntry Publisher, IReadOnlyList<string> Plugins);

/// <summary>A proof, and what to do next.</summary>
internal sealed record BegunProof(ProofEntry? Proof, string? Next);

/// <summary>A proof.</summary>
internal sealed record ProofEntry(string Id, string Kind, string Subject, string Token, DateTimeOffset? VerifiedAt, DateTimeOffset? ExpiresAt, string? Trouble);

/// <summary>The resource <c>/api/v1/publishers</c> of a registry, and what belongs to it.</summary>
internal static class PublishersApi
{
    private const string Path = "/api/v1/publishers";

    /// <summary>All publishers, page by page.</summary>
    public static async Task<IReadOnlyList<PublisherEntry>> PublishersAsync(this ApiConnection registry, CancellationToken cancellationToken)
    {
        var all = new List<PublisherEntry>();
        string? cursor = null;
        do
        {
            var page = await registry.GetAsync<PublisherPage>($"{Path}?limit=100{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}", cancellationToken);
            all.AddRange(page.Publishers);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return all;
    }

    /// <summary>One of them.</summary>
    public static Task<PublisherDetail> PublisherAsync(this ApiConnection registry, string name, CancellationToken cancellationToken) =>
        registry.GetAsync<PublisherDetail>(PathOf(name), cancellationToken);

    /// <summary>Anything that changes a publisher or what belongs to it.</summary>
    public static Task<JsonElement> ChangePublisherAsync(
        this ApiConnection registry, HttpMethod method, string path, object? body, bool isDryRun, CancellationToken cancellationToken) =>
        registry.SendAsync<JsonElement>(method, path + (isDryRun ? "?dry_run=true" : ""), body, cancellationToken);

    /// <summary>Begins a proof.</summary>
    public static Task<BegunProof> BeginProofAsync(this ApiConnection registry, string name, string kind, string subject, CancellationToken cancellationToken) =>
        registry.SendAsync<BegunProof>(HttpMethod.Post, PathOf(name, "proofs"), new { kind, subject }, cancellationToken);

    /// <summary>The path of a publisher or of something below it.</summary>
    public static string PathOf(string name, params IEnumerable<string> below) =>
        string.Join('/', below.Select(Uri.EscapeDataString).Prepend(Uri.EscapeDataString(name)).Prepend(Path));
}
