using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Archive;
using Berth.Packaging.Signing;
using Berth.Registry.Keys;
using Berth.Registry.Trust;

namespace Berth.Registry.Publishing.Stages;

/// <summary>
/// Verifies the signatures that came with a package, and demands those that the plugin's trust level requires. A signature that
/// does not hold refuses the package, required or not: whoever sends one means it. What is kept is countersigned by the registry.
/// </summary>
internal sealed class SignatureStage(IDatabase database, RegistrySigner signer, ITrustPolicies policies, TimeProvider time) : IPublishStage
{
    public string Name => "signature";

    public int RuleSet => 1;

    public bool TellsOfRefusals => true;

    public async Task<StageVerdict> RunAsync(PublishContext publish, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(publish);
        var reading = publish.Request.Signature is { } text ? SignatureFile.Read(text) : null;
        if (reading?.Fault is { } malformed)
            return Refused([malformed], []);

        var known = await database.ReadAsync(session => ReadAsync(session, publish, reading?.File), cancellationToken);
        var judged = reading?.File is { } file
            ? SignatureJudge.Judge(file, CanonicalFileList.Create(publish.Package), known.Keys, known.Authors, time.GetUtcNow()).ToList()
            : [];
        var faults = judged.Select(one => one.Fault).OfType<SignatureFault>().ToList();
        if (faults.Count == 0 && policies.Of(known.Level).RequiredSignatures.Contains(SignatureRole.Author) && !judged.Exists(one => one.Role == SignatureRole.Author))
            faults.Add(new(SignatureFaultCodes.Required, $"Plugins of trust level '{known.Level}' must be signed by their author. Sign the package with 'berth sign' and send the signature along."));
        return faults.Count > 0 ? Refused(faults, judged) : new StageVerdict.Passed { Evidence = Evidence(judged, known.Keys) };
    }

    /// <summary>Keeps the signatures, and the registry's own over the same list.</summary>
    public async Task StoreAsync(DbSession session, PublishContext publish, StageVerdict verdict, long at)
    {
        ArgumentNullException.ThrowIfNull(publish);
        var (slug, version) = (publish.Package.Manifest.Name, publish.Package.Manifest.Version.ToString());
        IReadOnlyList<DetachedSignature> authors = verdict is StageVerdict.Passed && publish.Request.Signature is { } text && SignatureFile.Read(text).File is { } file
            ? [.. file.Signatures.Where(signature => signature.Header.Role != SignatureRole.Registry)]
            : [];
        foreach (var signature in authors)
        {
            await PackageSignatureRows.AddAsync(session, slug, version, signature, at);
            await SignatureRecords.VerifiedAsync(session, at, slug, version, signature, publish.Request.PublisherId);
        }

        var countersignature = await signer.CountersignAsync(session, CanonicalFileList.Create(publish.Package), authors);
        await PackageSignatureRows.AddAsync(session, slug, version, countersignature, at);
    }

    /// <summary>Tells of each signature that did not hold, and of one that is missing.</summary>
    public async Task RefusedAsync(DbSession session, PublishContext publish, StageVerdict.Refused verdict, long at)
    {
        ArgumentNullException.ThrowIfNull(publish);
        ArgumentNullException.ThrowIfNull(verdict);
        var (slug, version) = (publish.Package.Manifest.Name, publish.Package.Manifest.Version.ToString());
        var kids = verdict.Evidence?.GetProperty("signatures").EnumerateArray().Where(one => one.GetProperty("verdict").GetString() == "refused")
            .Select(one => one.GetProperty("kid").GetString()).ToList() ?? [];
        // The faults are those of the signatures, in their order; what is no signature's fault is no key's either.
        for (var i = 0; i < verdict.Faults.Count; i++)
        {
            var fault = new SignatureFault(verdict.Faults[i].Code, verdict.Faults[i].Message);
            await SignatureRecords.RejectedAsync(session, at, slug, version, i < kids.Count ? kids[i] : null, fault, publish.Request.PublisherId);
        }
    }

    private static async Task<Known> ReadAsync(DbSession session, PublishContext publish, SignatureFile? file)
    {
        var folded = publish.Package.Manifest.Name.ToLowerInvariant();
        var package = await session.FirstOrDefaultAsync<PackageRow>("SELECT trust_level FROM package WHERE slug_folded = @folded", new { folded });
        var kids = file?.Signatures.Select(signature => signature.Header.Kid).Distinct(StringComparer.Ordinal).ToList() ?? [];
        var keys = kids.Count == 0 ? new Dictionary<string, KeyRecord>() : await KeyRows.FindAsync(session, kids);
        return new Known(
            package?.TrustLevel ?? publish.Request.FirstLevel,
            keys,
            await SignatureJudge.AuthorsAsync(session, publish.Package.Manifest.Name, publish.Request.PublisherId, keys, publish.Request.Origin is { IsByAdministrator: true }));
    }

    private static StageVerdict.Refused Refused(IReadOnlyList<SignatureFault> faults, IReadOnlyList<JudgedSignature> judged) =>
        new([.. faults.Select(fault => new PackageFault(fault.Code, fault.Reason))]) { Evidence = Evidence(judged, new Dictionary<string, KeyRecord>()) };

    private static JsonElement Evidence(IReadOnlyList<JudgedSignature> judged, IReadOnlyDictionary<string, KeyRecord> keys) => JsonSerializer.SerializeToElement(new
    {
        signatures = judged.Select(one => new
        {
            kid = one.Signature.Header.Kid,
            role = one.Role,
            algorithm = one.Signature.Header.Algorithm.Name,
            verdict = one.Fault is null ? "valid" : "refused",
            code = one.Fault?.Code,
            reason = one.Fault?.Reason,
            owner = keys.GetValueOrDefault(one.Signature.Header.Kid)?.OwnerId,
        }),
    });

    private sealed record PackageRow(string TrustLevel);

    private sealed record Known(string Level, IReadOnlyDictionary<string, KeyRecord> Keys, IReadOnlyCollection<string> Authors);
}
