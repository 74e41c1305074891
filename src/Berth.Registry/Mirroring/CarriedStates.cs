using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Bundles;
using Berth.Packaging.Carrying;
using Berth.Registry.Catalog;
using Berth.Registry.Search;
using Berth.Registry.Versions;

namespace Berth.Registry.Mirroring;

/// <summary>
/// Takes over what the source says of a version that is here with the same bytes, and takes back what an earlier bundle of the
/// source brought and the source has lifted since (<see cref="CarriedMarks"/>).
/// </summary>
internal sealed class CarriedStates(IDatabase database, ICatalog catalog, CatalogSnapshots snapshots, IVersionStates versions, TimeProvider time)
{
    /// <summary>Its yank. Returns whether it was lifted.</summary>
    public async Task<bool> YankAsync(BundleDecision there, CarriedFrom from, bool isDryRun, CancellationToken cancellationToken)
    {
        if (await HereAsync(there, cancellationToken) is not { } here)
            return false;
        var reason = there.YankedAt is null ? null : there.YankReason ?? CarriedMarks.NoReason;
        var step = CarriedMarks.Yank(reason, here.YankedAt is null ? null : here.YankReason ?? "", await BroughtAsync(CarriedMemory.Yank, there, from, cancellationToken));
        if (isDryRun)
            return step == CarryStep.TakeBack;
        if (step == CarryStep.Put)
            await YankAsync(here, there.YankedAt!.Value, reason!, from, cancellationToken);
        else if (step == CarryStep.TakeBack)
            await versions.UnyankAsync(Actor(from), here.Slug, here.Version, cancellationToken: cancellationToken);
        return await ForgetAsync(step, CarriedMemory.Yank, there, from, cancellationToken);
    }

    /// <summary>
    /// Its warning. The successor comes along only when that is here: a name that nobody has yet could become anybody's.
    /// Returns whether the warning was lifted, and what could not be taken over.
    /// </summary>
    public async Task<(bool IsLifted, string? Left)> WarnAsync(BundleDecision there, CarriedFrom from, bool isDryRun, CancellationToken cancellationToken)
    {
        // Format 1 does not speak of warnings.
        if ((from.Format == 1 && there.Deprecation is null) || await HereAsync(there, cancellationToken) is not { } here)
            return default;
        var warning = there.Deprecation is { Message.Length: > 0 } told ? told with { Message = Shorten(told.Message) } : null;
        var step = CarriedMarks.Warning(
            warning is null ? null : new CarriedWarning(warning.Message, warning.SuccessorSlug, DateTimeOffset.FromUnixTimeMilliseconds(warning.At)),
            here.Deprecation is { } known ? new CarriedWarning(known.Message, known.SuccessorSlug, known.At) : null,
            await BroughtAsync(CarriedMemory.Warning, there, from, cancellationToken));
        if (isDryRun)
            return (step == CarryStep.TakeBack, null);
        if (step == CarryStep.Put)
            return (false, await WarnAsync(here, warning!, from, cancellationToken));
        if (step == CarryStep.TakeBack)
            await versions.DeprecateAsync(Actor(from), here.Slug, here.Version, "", null, null, cancellationToken: cancellationToken);
        return (await ForgetAsync(step, CarriedMemory.Warning, there, from, cancellationToken), null);
    }

    private async Task<VersionRecord?> HereAsync(BundleDecision there, CancellationToken cancellationToken) =>
        await catalog.FindVersionAsync(there.Slug, there.Version, cancellationToken) is { } here && here.Digest == there.Digest ? here : null;

    private Task<string?> BroughtAsync(string kind, BundleDecision there, CarriedFrom from, CancellationToken cancellationToken) =>
        database.ReadAsync(session => CarriedMemory.TextAsync(session, from, kind, CarriedMemory.Subject(there.Slug, there.Version)), cancellationToken);

    private async Task<bool> ForgetAsync(CarryStep step, string kind, BundleDecision there, CarriedFrom from, CancellationToken cancellationToken)
    {
        if (step is CarryStep.TakeBack or CarryStep.Forget)
            await database.WriteAsync(session => CarriedMemory.ForgetAsync(session, from, kind, CarriedMemory.Subject(there.Slug, there.Version)), cancellationToken);
        return step == CarryStep.TakeBack;
    }

    private async Task YankAsync(VersionRecord here, long yankedAt, string reason, CarriedFrom from, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            async session =>
            {
                var changed = await session.ExecuteAsync(
                    "UPDATE package_version SET yanked_at = @yankedAt, yank_reason = @reason, yanked_by = @ActorId WHERE slug = @Slug AND version = @Version AND yanked_at IS NULL",
                    new { yankedAt, reason, from.ActorId, here.Slug, here.Version });
                if (changed > 0)
                {
                    await CarriedMemory.PutAsync(session, from, CarriedMemory.Yank, CarriedMemory.Subject(here.Slug, here.Version), reason);
                    await SearchIndex.RefreshAsync(session, here.Slug);
                    await RegistryRecords.AddAuditAsync(
                        session, time.GetUtcNow().ToUnixTimeMilliseconds(), from.ActorId, "package.yank", $"{here.Slug}@{here.Version}", JsonSerializer.Serialize(new { reason }));
                }

                return changed;
            },
            cancellationToken);
        snapshots.Invalidate(here.Slug);
    }

    private async Task<string?> WarnAsync(VersionRecord here, BundleDeprecation warning, CarriedFrom from, CancellationToken cancellationToken)
    {
        var left = await database.WriteAsync(
            async session =>
            {
                var wish = new DeprecationWish(warning.Message, warning.SuccessorSlug, warning.SuccessorVersion);
                string? missing = null;
                if (await wish.CheckAsync(session) is not null)
                    (wish, missing) = (new DeprecationWish(warning.Message, null, null), warning.SuccessorSlug);
                if (await VersionRows.FindAsync(session, here.Slug, here.Version) is { } row
                    && await wish.ApplyAsync(session, Actor(from), row, Math.Min(warning.At, time.GetUtcNow().ToUnixTimeMilliseconds()), isDryRun: false))
                {
                    await CarriedMemory.PutAsync(session, from, CarriedMemory.Warning, CarriedMemory.Subject(here.Slug, here.Version), warning.Message);
                    await SearchIndex.RefreshAsync(session, here.Slug);
                }

                return missing;
            },
            cancellationToken);
        snapshots.Invalidate(here.Slug);
        return left is null ? null : $"Its successor '{left}' is not here; the warning was taken over without it.";
    }

    private static RegistryActor Actor(CarriedFrom from) => new(from.ActorId, from.ActorId, IsAdministrator: true);

    private static string Shorten(string message) => message.Length <= Deprecation.MaxMessage ? message : message[..Deprecation.MaxMessage];
}
