using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Bundles;
using Berth.Registry.Catalog;
using Berth.Registry.Trust;
using Berth.Registry.Trust.InForce;

namespace Berth.Registry.Mirroring;

/// <inheritdoc />
internal sealed class CarriedTrust(IDatabase database, CatalogSnapshots snapshots, TrustChanges changes, TimeProvider time) : ICarriedTrust
{
    private const int MaxReason = 2_000;

    public Task<TrustResult<CarriedTrustOutcome>> CarryAsync(CarriedDecision there, TrustActor actor, bool isDryRun = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(there);
        ArgumentNullException.ThrowIfNull(actor);
        return !actor.MayDecide ? Task.FromResult(new TrustResult<CarriedTrustOutcome> { Refusal = TrustRefusal.NoReviewer })
            : CarryAsync(there, new Carrier(actor, IsTrusted: false, MayRaise: true), isDryRun, cancellationToken);
    }

    /// <summary>Carries what a bundle says. A bundle's signature was verified, so nobody's four eyes are asked.</summary>
    /// <param name="version">A version that is here with the same bytes.</param>
    /// <param name="from">The bundle.</param>
    /// <param name="mayRaise">Whether more than what the plugin has is given as well.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task CarryAsync(BundleVersion version, CarriedFrom from, bool mayRaise, CancellationToken cancellationToken)
    {
        if (!TrustLevels.All.Contains(version.TrustLevel))
            return;
        var decision = version.TrustDecision;
        var there = new CarriedDecision(version.Slug, from.Source, version.TrustLevel, version.TrustReason ?? version.TrustLevel)
        {
            DecidedBy = decision?.DecidedBy,
            DecidedAt = TrustText.At(decision?.DecidedAt),
            Evidence = Evidence(decision?.Evidence),
            ExpiresAt = TrustText.At(decision?.ExpiresAt),
        };
        await CarryAsync(there, new Carrier(new TrustActor(from.ActorId, IsAdministrator: true, IsReviewer: true), IsTrusted: true, mayRaise), isDryRun: false, cancellationToken);
    }

    private async Task<TrustResult<CarriedTrustOutcome>> CarryAsync(CarriedDecision there, Carrier carrier, bool isDryRun, CancellationToken cancellationToken)
    {
        var reason = TrustText.Clean(CarriedFrom.Decided(there.Source, there.Reason));
        there = there with { Reason = reason.Length <= MaxReason ? reason : reason[..MaxReason] };
        var result = await TrustWrites.RunAsync(database, isDryRun, session => WriteAsync(session, there, carrier, time.GetUtcNow()), cancellationToken);
        if (result.IsDone && !isDryRun && (result.Value.Outcome == CarriedTrustOutcomes.Carried || result.Value.Level != result.Value.Previous))
        {
            snapshots.Invalidate(result.Value.Slug);
            changes.Tell();
        }

        return result;
    }

    private static async Task<TrustResult<CarriedTrustOutcome>> WriteAsync(DbSession session, CarriedDecision there, Carrier carrier, DateTimeOffset now)
    {
        if (await TrustSettlement.LockAsync(session, there.Slug) is not { } package)
            return new() { Refusal = TrustRefusal.UnknownPlugin(there.Slug) };
        var at = now.ToUnixTimeMilliseconds();
        var before = await TrustLevelRows.OfAsync(session, package.Slug, at);
        var inForce = await CarriedTrustRows.InForceAsync(session, package.Slug, there.Source, at);
        var carried = inForce.Where(row => row.Origin == CarriedTrustOrigin.Source).ToList();
        var below = inForce.FirstOrDefault(row => row.Origin != CarriedTrustOrigin.Source);
        if (there.ExpiresAt <= now)
            return Done(CarriedTrustOutcomes.Over, before.Level);
        if (there.Level != TrustLevels.Quarantined && below is { Stays: true })
        {
            // What lies on top can only be a stop that the source has lifted, or an older program's word over people's: theirs comes back.
            var over = carried.Where(row => row.Seq > below.Seq).ToList();
            var kept = below.Origin == CarriedTrustOrigin.Own ? CarriedTrustOutcomes.Own : CarriedTrustOutcomes.DecidedHere;
            return over.Count == 0 || (carrier.IsTrusted && before.Decided == TrustLevels.Quarantined) ? Done(kept, before.Level)
                : await RefusalAsync(below.Level) is { } no ? no
                : Done(kept, await TakeBackAsync(session, package.Slug, over, carrier.Actor.Id, before.Level, at));
        }

        var top = inForce.Count > 0 ? inForce[0] : null;
        if (top is not null && IsSame(top, there))
            return Done(CarriedTrustOutcomes.Unchanged, before.Level);
        if (!MayReplace(there, carrier, before, top))
            return Done(CarriedTrustOutcomes.DecidedHere, before.Level);
        if (await RefusalAsync(there.LevelHere) is { } refused)
            return refused;

        // Else one that never ends would come back when the one that takes its place runs out. What the plugin began with stays.
        await CarriedTrustRows.EndAsync(session, carried.Where(row => !row.IsFirst || row.Level == TrustLevels.Internal), at);
        if (carried.Exists(row => row is { IsFirst: true, Level: TrustLevels.Internal }))
            await CarriedTrustRows.BeginAsync(session, package.Slug, new(there.Source, there.Level), carrier.Actor.Id, at);
        var draft = new TrustDraft(package.Slug, there.LevelHere, there.Reason) { Evidence = there.ToEvidence().ToJson(), ExpiresAt = there.ExpiresAt };
        await TrustDecisions.RecordAsync(session, draft, CarriedEvidence.Kind, carrier.Actor.Id, before.Level, at);
        return Done(CarriedTrustOutcomes.Carried, (await TrustLevelRows.OfAsync(session, package.Slug, at)).Level);

        async Task<TrustResult<CarriedTrustOutcome>?> RefusalAsync(string level) =>
            !carrier.IsTrusted && TrustLevels.IsAbove(level, before.Decided) && await FourEyes.CheckDirectAsync(session, carrier.Actor, package.Slug) is { } refusal
                ? new() { Refusal = refusal }
                : null;

        TrustResult<CarriedTrustOutcome> Done(string outcome, string level) => new() { Value = new(package.Slug, level, before.Level, outcome, there.ExpiresAt) };
    }

    // The level that a plugin came with needs no second record, unless the source says more of it than that.
    private static bool IsSame(CarriedTrustRow top, CarriedDecision there) =>
        top.Level == there.LevelHere && top.ExpiresAt == there.ExpiresAt?.ToUnixTimeMilliseconds()
        && (top.Evidence == there.ToEvidence().ToText() || (top.IsFirst && there.Evidence is null));

    /// <summary>Another source's decision is only lowered, and a stop that came with a bundle is lifted by people.</summary>
    private static bool MayReplace(CarriedDecision there, Carrier carrier, TrustInForce before, CarriedTrustRow? top) =>
        !TrustLevels.IsAbove(there.LevelHere, before.Decided)
        || (carrier.MayRaise && top?.Origin != CarriedTrustOrigin.OtherSource && !(carrier.IsTrusted && before.Decided == TrustLevels.Quarantined));

    private static async Task<string> TakeBackAsync(DbSession session, string slug, IReadOnlyList<CarriedTrustRow> rows, string actorId, string previous, long at)
    {
        await CarriedTrustRows.EndAsync(session, rows, at);
        var level = (await TrustSettlement.SettleAsync(session, slug, at)).Level;
        var data = JsonSerializer.Serialize(new { slug, level, previous, reason = "What was carried over a decision of this registry was taken back." });
        await RegistryRecords.AddEventAsync(session, at, "berth.package.trust_decided", slug, actorId, data);
        await RegistryRecords.AddAuditAsync(session, at, actorId, "package.trust", slug, data);
        return level;
    }

    private static JsonElement? Evidence(string? text)
    {
        try
        {
            return TrustText.Evidence(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Who carries.</summary>
    /// <param name="Actor">The account.</param>
    /// <param name="IsTrusted">Whether a signature that was verified says what is carried, and not the account.</param>
    /// <param name="MayRaise">Whether more than what the plugin has is given as well.</param>
    private sealed record Carrier(TrustActor Actor, bool IsTrusted, bool MayRaise);
}
