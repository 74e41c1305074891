using System.Globalization;
using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Archive;
using Berth.Registry.Publishers;

namespace Berth.Registry.Publishing.Stages;

/// <summary>
/// Refuses a package that would take its publisher over what they may store. Who pays is the organisation that the plugin
/// belongs to, else the owner of the slug: counted is what they have in the registry, in review too; what was deleted is not. Bytes that are there already cost nothing.
/// </summary>
/// <remarks>Packages that come at the same moment may each see room for themselves: the bound holds but for what is in flight.</remarks>
internal sealed class QuotaStage(IDatabase database, TimeProvider time, PublisherQuotas? quotas = null) : IPublishStage
{
    private readonly PublisherQuotas _quotas = quotas ?? PublisherQuotas.None;

    public string Name => "quota";

    public int RuleSet => 1;

    public async Task<StageVerdict> RunAsync(PublishContext publish, CancellationToken cancellationToken)
    {
        var (slug, version) = (publish.Package.Manifest.Name, publish.Package.Manifest.Version.ToString());
        var usage = await database.ReadAsync(session => UsageAsync(session, publish.Request.PublisherId, slug, version), cancellationToken);
        if (usage is null)
            return new StageVerdict.Passed();
        List<PackageFault> faults = [];
        if (usage.MostVersions is { } versions && usage.Versions + 1 > versions)
            faults.Add(Fault("quota.versions", $"The publisher has {usage.Versions} of {versions} versions. Delete old ones, or ask an administrator for more."));
        if (usage.MostBytes is { } bytes && usage.Bytes + publish.Package.Size > bytes)
            faults.Add(Fault("quota.bytes", $"The publisher's packages take {usage.Bytes} of {bytes} bytes, and this one has {publish.Package.Size}. Delete old versions, or ask an administrator for more."));
        return faults.Count > 0
            ? new StageVerdict.Refused(faults)
            : new StageVerdict.Passed
            {
                Evidence = JsonSerializer.SerializeToElement(new { bytes = usage.Bytes, most_bytes = usage.MostBytes, versions = usage.Versions, most_versions = usage.MostVersions }),
            };
    }

    /// <summary>What the publisher has; <see langword="null"/> when the very version is there already.</summary>
    private async Task<Usage?> UsageAsync(DbSession session, string publisherId, string slug, string version)
    {
        var folded = slug.ToLowerInvariant();
        var payer = await PayerAsync(session, folded, publisherId);
        var known = await session.ScalarAsync<long>(
            "SELECT COUNT(*) FROM package_version v JOIN package p ON p.slug = v.slug WHERE p.slug_folded = @folded AND v.version = @version", new { folded, version });
        if (known > 0)
            return null;
        // Kept in step by triggers: to count would take longer the more the publisher has.
        var stored = await session.FirstOrDefaultAsync<Stored>("SELECT versions, bytes FROM publisher_usage WHERE payer = @Key", new { payer.Key }) ?? new Stored(0, 0);
        return new Usage(
            stored.Versions, await MostAsync(session, payer.Name, "quota.versions", _quotas.Versions),
            stored.Bytes, await MostAsync(session, payer.Name, "quota.bytes", _quotas.Bytes));
    }

    /// <summary>Of a plugin that is there, its organisation or its owner; of a new one, the organisation whose prefix it has, or who publishes it.</summary>
    private static async Task<Payer> PayerAsync(DbSession session, string folded, string publisherId)
    {
        var package = await session.FirstOrDefaultAsync<PackageRow>("SELECT owner_id, publisher_id FROM package WHERE slug_folded = @folded", new { folded });
        var organisationId = package is null ? await PublishRights.OrganisationOfNewAsync(session, folded, publisherId) : package.PublisherId;
        if (organisationId is null)
            return new Payer($"user:{package?.OwnerId ?? publisherId}", package?.OwnerId ?? publisherId);
        // What an administrator allows an organisation stands under its name.
        var name = await session.ScalarAsync<string>("SELECT name FROM publisher WHERE id = @organisationId", new { organisationId });
        return new Payer($"publisher:{organisationId}", name ?? organisationId);
    }

    private async Task<long?> MostAsync(DbSession session, string owner, string name, long? preset)
    {
        var own = await session.ScalarAsync<string>(
            "SELECT value FROM limit_override WHERE user_id = @owner AND name = @name AND (expires_at IS NULL OR expires_at > @now)",
            new { owner, name, now = time.GetUtcNow().ToUnixTimeMilliseconds() });
        return own is null ? preset
            : own == "unlimited" ? null
            : long.Parse(own, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static PackageFault Fault(string code, FormattableString message) => new(code, message.ToString(CultureInfo.InvariantCulture));

    private sealed record PackageRow(string OwnerId, string? PublisherId);

    /// <summary>Whose room a package takes.</summary>
    /// <param name="Key">In <c>publisher_usage</c>.</param>
    /// <param name="Name">Under which an administrator allows more.</param>
    private sealed record Payer(string Key, string Name);

    private sealed record Stored(long Versions, long Bytes);

    private sealed record Usage(long Versions, long? MostVersions, long Bytes, long? MostBytes);
}
