using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Archive;
using Berth.Registry.Publishers;
using Berth.Registry.Search;
using Berth.Registry.Trust;
using Berth.Registry.Trust.InForce;
using Berth.Registry.Trust.Quarantines;
using Berth.Registry.Trust.Requests;

namespace Berth.Registry.Publishing.Stages;

/// <summary>
/// The trust decision of a publish. The level is the one in force, or the first one for a new plugin; what the manifest asks
/// for becomes a request for a reviewer and changes nothing. Nothing that is quarantined comes in under another number.
/// Comes after the stages whose verdicts a policy may require.
/// </summary>
internal sealed class TrustStage(IDatabase database, ITrustPolicies policies, TimeProvider time) : IPublishStage
{
    private const int PieceOfList = 500;

    public string Name => "trust";

    public int RuleSet => 1;

    public async Task<StageVerdict> RunAsync(PublishContext publish, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(publish);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var (faults, inForce) = await database.ReadAsync(
            async session => (await QuarantinesAsync(session, publish, now), await LevelAsync(session, publish, now)), cancellationToken);
        var level = inForce ?? publish.Request.FirstLevel;
        var requested = Requested(publish);
        var evidence = JsonSerializer.SerializeToElement(new { level, is_first = inForce is null, requested });
        if (faults.Count > 0)
            return new StageVerdict.Refused(faults) { Evidence = evidence };
        return Missing(policies.Of(level), publish.Before) is { } missing
            ? new StageVerdict.Held("trust.evidence_missing", $"The trust level '{level}' of '{publish.Package.Manifest.Name}' asks for {missing}. A reviewer decides.") { Evidence = evidence }
            : new StageVerdict.Passed { Evidence = evidence };
    }

    public async Task StoreAsync(DbSession session, PublishContext publish, StageVerdict verdict, long at)
    {
        ArgumentNullException.ThrowIfNull(publish);
        var manifest = publish.Package.Manifest;
        await PackageFileIndex.AddAsync(session, manifest.Name, manifest.Version.ToString(), publish.Package.Files);
        var level = await LevelAsync(session, publish, at) ?? publish.Request.FirstLevel;
        if (Requested(publish) is { } requested && TrustLevels.IsAbove(requested, level) && await TrustRequestRows.OpenOfAsync(session, manifest.Name) is null)
        {
            var draft = new TrustRequestDraft(manifest.Name, requested, $"security.trustLevel in the manifest of {manifest.Version}.");
            await TrustRequestRows.InsertAsync(session, draft, "manifest", publish.Request.PublisherId, at);
        }
    }

    private static string? Requested(PublishContext publish) => publish.Package.Manifest.Security.TrustLevel;

    private static async Task<string?> LevelAsync(DbSession session, PublishContext publish, long now)
    {
        var slug = await session.ScalarAsync<string>("SELECT slug FROM package WHERE slug_folded = @folded", new { folded = SearchWords.Fold(publish.Package.Manifest.Name) });
        return slug is null ? null : (await TrustLevelRows.OfAsync(session, slug, now)).Decided;
    }

    /// <summary>What of the package is quarantined: all reasons.</summary>
    private static async Task<IReadOnlyList<PackageFault>> QuarantinesAsync(DbSession session, PublishContext publish, long now)
    {
        var manifest = publish.Package.Manifest;
        List<PackageFault> faults = [];
        if (await QuarantineRows.InForceAsync(session, QuarantineKinds.Plugin, SearchWords.Fold(manifest.Name), now) is { } plugin)
            faults.Add(new PackageFault("plugin.quarantined", $"'{manifest.Name}' is quarantined: {plugin.Reason} Nothing of it is published until a reviewer lifts that."));
        var organisation = await PublishRights.OrganisationOfNewAsync(session, manifest.Name, publish.Request.PublisherId);
        faults.AddRange((await QuarantineRows.OfPublisherAsync(session, manifest.Name, publish.Request.PublisherId, organisation, now)).Select(publisher => new PackageFault(
            "publisher.quarantined", $"The publisher is quarantined: {publisher.Reason} Nothing is published until a reviewer lifts that.")));

        var digests = publish.Package.Files.ToLookup(file => file.Sha256, file => file.Path);
        foreach (var piece in digests.Select(file => file.Key).Append(publish.Package.Digest).Chunk(PieceOfList))
        {
            var found = await session.QueryAsync<FoundRow>($"SELECT q.subject, q.reason FROM trust_quarantine q WHERE q.kind = 'file' AND q.subject IN @piece AND {QuarantineSql.InForce}", new { piece, now });
            faults.AddRange(found.Select(row => new PackageFault(
                "file.quarantined", $"A file with the SHA-256 {row.Subject} is quarantined: {row.Reason} Leave it out.", digests[row.Subject].FirstOrDefault())));
        }

        return faults;
    }

    /// <summary>What the policy asks for and nobody has brought; <see langword="null"/> when nothing is missing. A stage that found fault speaks for itself.</summary>
    private static string? Missing(TrustPolicy policy, IReadOnlyDictionary<string, StageVerdict> before)
    {
        // The registry's own signature comes with the publish; a host asks for it, a publish cannot.
        if (policy.RequiredSignatures.Contains("author") && !Signers(before).Contains("author"))
            return "a valid signature of its author, and there is none";
        return policy.RequiredScanners.Count > 0 && !before.ContainsKey("scan")
            ? $"a clean scan ({string.Join(", ", policy.RequiredScanners)}), and nothing has scanned it"
            : null;
    }

    /// <summary>Who has signed, as the signature stage's evidence says: <c>{"signatures":[{"role":"author","verdict":"valid"}]}</c>.</summary>
    private static IReadOnlyList<string> Signers(IReadOnlyDictionary<string, StageVerdict> before) =>
        before.GetValueOrDefault("signature") is { Evidence: { ValueKind: JsonValueKind.Object } evidence } and StageVerdict.Passed
        && evidence.TryGetProperty("signatures", out var signatures) && signatures.ValueKind == JsonValueKind.Array
            ? [.. signatures.EnumerateArray().Where(one => Text(one, "verdict") == "valid").Select(one => Text(one, "role")).OfType<string>()]
            : [];

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private sealed record FoundRow(string Subject, string Reason);
}
