using System.Text.Json;
using Berth.Packaging.Signing;

namespace Berth.Cli.Http;

/// <summary>A key record of a registry.</summary>
internal sealed record RegistryKeyRecord(
    string Kid, string? Owner, bool Registry, string? Name, string Algorithm, string State, DateTimeOffset? NotBefore, DateTimeOffset? NotAfter,
    DateTimeOffset? RevokedSince, JsonElement Jwk, bool Vouched = false);

/// <summary>A page of key records.</summary>
internal sealed record RegistryKeyPage(IReadOnlyList<RegistryKeyRecord> Keys, string? NextCursor);

/// <summary>What came of a change.</summary>
internal sealed record RegistryKeyChange(RegistryKeyRecord Key, IReadOnlyList<string>? SignaturesBroken);

/// <summary>What a run would do.</summary>
internal sealed record CountersigningPlan(long Total);

/// <summary>A run that countersigns again.</summary>
internal sealed record CountersigningRun(string Id, string State, long Total, long Done, long Failed);

/// <summary>The resource <c>/api/v1/keys</c> of a registry.</summary>
internal static class KeysApi
{
    private const string Path = "/api/v1/keys";

    /// <summary>All key records, newest first.</summary>
    public static async Task<IReadOnlyList<RegistryKeyRecord>> KeysAsync(this ApiConnection registry, CancellationToken cancellationToken)
    {
        var keys = new List<RegistryKeyRecord>();
        for (string? cursor = null; ;)
        {
            var page = await registry.GetAsync<RegistryKeyPage>($"{Path}?limit=100{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}", cancellationToken);
            keys.AddRange(page.Keys);
            if ((cursor = page.NextCursor) is null)
            {
                return keys;
            }
        }
    }

    /// <summary>Registers a public key as the caller's, with its own word that it is.</summary>
    public static async Task<RegistryKeyRecord> RegisterKeyAsync(this ApiConnection registry, SigningKey key, string? name, CancellationToken cancellationToken)
    {
        var owner = (await registry.MeAsync(cancellationToken)).Id;
        using var jwk = JsonDocument.Parse(key.Public.ToJwk());
        using var proof = JsonDocument.Parse(KeyProof.Create(key, owner));
        return (await registry.SendAsync<RegistryKeyChange>(HttpMethod.Post, Path, new { jwk = jwk.RootElement, name, proof = proof.RootElement }, cancellationToken)).Key;
    }

    /// <summary>Registers somebody's public key for what is mirrored of theirs, on the caller's word: without their private part there is no proof to give.</summary>
    public static async Task<RegistryKeyRecord> RegisterKeyAsync(this ApiConnection registry, VerificationKey key, string? name, CancellationToken cancellationToken)
    {
        using var jwk = JsonDocument.Parse(key.ToJwk());
        return (await registry.SendAsync<RegistryKeyChange>(HttpMethod.Post, Path, new { jwk = jwk.RootElement, name, vouched = true }, cancellationToken)).Key;
    }

    /// <summary>How many versions wait to be countersigned again.</summary>
    public static async Task<long> CountersigningPlanAsync(this ApiConnection registry, CancellationToken cancellationToken) =>
        (await registry.SendAsync<CountersigningPlan>(HttpMethod.Post, $"{Path}/countersigning?dry_run=true", null, cancellationToken)).Total;

    /// <summary>Begins to countersign again.</summary>
    public static Task<CountersigningRun> StartCountersigningAsync(this ApiConnection registry, CancellationToken cancellationToken) =>
        registry.SendAsync<CountersigningRun>(HttpMethod.Post, $"{Path}/countersigning", null, cancellationToken);

    /// <summary>How far a run is.</summary>
    public static Task<CountersigningRun> CountersigningAsync(this ApiConnection registry, string id, CancellationToken cancellationToken) =>
        registry.GetAsync<CountersigningRun>($"{Path}/countersigning/{id}", cancellationToken);

    /// <summary>Puts a key away.</summary>
    public static Task<RegistryKeyChange> RetireKeyAsync(this ApiConnection registry, string kid, bool dryRun, CancellationToken cancellationToken) =>
        registry.SendAsync<RegistryKeyChange>(HttpMethod.Post, $"{Path}/{Uri.EscapeDataString(kid)}/retire{(dryRun ? "?dry_run=true" : "")}", null, cancellationToken);

    /// <summary>Revokes a key.</summary>
    public static Task<RegistryKeyChange> RevokeKeyAsync(this ApiConnection registry, string kid, DateTimeOffset? since, string? reason, bool dryRun, CancellationToken cancellationToken) =>
        registry.SendAsync<RegistryKeyChange>(HttpMethod.Post, $"{Path}/{Uri.EscapeDataString(kid)}/revoke{(dryRun ? "?dry_run=true" : "")}", new { since, reason }, cancellationToken);
}
