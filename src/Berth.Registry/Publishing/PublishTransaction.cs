using System.Text;
using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Registry.Advisories;
using Berth.Registry.Catalog;
using Berth.Registry.Keys;
using Berth.Registry.Mirroring;
using Berth.Registry.Publishers;
using Berth.Registry.Review;
using Berth.Registry.Search;
using Berth.Registry.Trust;

namespace Berth.Registry.Publishing;

/// <summary>
/// The rows of a publish: conflicts are looked for, and the version appears with all verdicts, in the same transaction.
/// </summary>
internal sealed class PublishTransaction(PublishWork work, StageResults stages, DateTimeOffset now)
{
    private readonly long _at = now.ToUnixTimeMilliseconds();
    private readonly PublishRequest _request = work.Request;
    private readonly string _slug = work.Package.Manifest.Name;

    /// <summary>The version as it was written.</summary>
    public VersionRecord? Written { get; private set; }

    /// <summary>Writes everything, or says what stands in the way and writes nothing.</summary>
    public async Task<PublishConflict?> RunAsync(DbSession session)
    {
        await AdvisoryGate.UseAsync(session);
        if (await PublishConflicts.FindAsync(session, work) is { } conflict)
            return conflict;

        var state = stages.IsHeld ? VersionState.Held : VersionState.Visible;
        var (trust, isFirst) = await PutPackageAsync(session);
        await AddVersionAsync(session, state);
        await PublicationRows.PutAsync(session, work, state, StageJson.Full(stages.Records), "", 0, _at);
        foreach (var result in stages.InOrder.Where(result => result.Record.Verdict is StageVerdicts.Passed or StageVerdicts.Held))
            await result.Stage.StoreAsync(session, new PublishContext(_request, work.Package, () => Stream.Null), result.Verdict, _at);
        await (state == VersionState.Held ? HoldAsync(session) : ShowAsync(session, trust, isFirst));
        Written = new VersionRecord(
            _slug, work.Version, work.Package.Digest, work.Package.Size, work.Package.UnpackedSize, work.Package.Files.Count, work.Package.Manifest, trust,
            _request.PublisherId, DateTimeOffset.FromUnixTimeMilliseconds(_at), null, null)
        {
            State = state,
            Stages = stages.Records,
            PublicationId = work.Id,
            Signatures = [.. (await PackageSignatureRows.OfPluginsAsync(session, [_slug]))[(_slug, work.Version)]],
        };
        return null;
    }

    private async Task ShowAsync(DbSession session, string trust, bool isFirst)
    {
        await SearchIndex.RefreshAsync(session, _slug, new AddedVersion(work.Package, trust, isFirst, _at));
        var subject = $"{_slug}@{work.Version}";
        var data = JsonSerializer.Serialize(new { slug = _slug, version = work.Version, digest = work.Package.Digest, size = work.Package.Size, trust_level = trust });
        await RegistryRecords.AddEventAsync(session, _at, "berth.package.published", subject, _request.PublisherId, data);
        await RegistryRecords.AddAuditAsync(session, _at, _request.SenderId ?? _request.PublisherId, "package.publish", subject, data);
    }

    private async Task HoldAsync(DbSession session)
    {
        var reasons = stages.Records.Where(stage => stage.Verdict != StageVerdicts.Passed)
            .Select(stage => new HoldReason(stage.Stage, stage.Code ?? StageRunner.FailedCode, stage.Reason ?? "")).ToList();
        await ReviewRows.HoldAsync(session, new HeldVersion(_slug, work.Version, work.Package.Digest, _request.PublisherId, _request.SenderId ?? _request.PublisherId, reasons), _at);
    }

    /// <summary>Adds the plugin if it is new, with its first trust decision. Returns the level in force.</summary>
    private async Task<(string Trust, bool IsFirst)> PutPackageAsync(DbSession session)
    {
        var slug = _slug;
        var inForce = await session.ScalarAsync<string>("UPDATE package SET updated_at = @_at WHERE slug = @slug RETURNING trust_level", new { _at, slug });
        if (inForce is not null)
            return (inForce, false);

        var level = _request.FirstLevel;
        await session.ExecuteAsync(
            """
            INSERT INTO package (slug, slug_folded, owner_id, trust_level, created_at, updated_at)
            VALUES (@slug, @Folded, @PublisherId, @level, @_at, @_at)
            """,
            new { slug, work.Folded, _request.PublisherId, level, _at });
        if (await PublishRights.OrganisationOfNewAsync(session, slug, _request.PublisherId) is { } publisherId)
            await session.ExecuteAsync("UPDATE package SET publisher_id = @publisherId WHERE slug = @slug", new { publisherId, slug });
        if (_request.Origin is { } origin)
        {
            await CarriedTrustRows.BeginAsync(session, slug, origin, _request.PublisherId, _at);
            return (level, true);
        }

        var reason = _request.PublisherIsAdministrator ? "First published by an administrator." : "First published by a known account, not reviewed.";
        await TrustDecisions.RecordAsync(session, slug, level, _request.PublisherId, reason, _at);
        return (level, true);
    }

    private Task<int> AddVersionAsync(DbSession session, string state) => session.ExecuteAsync(
        """
        INSERT INTO package_version
            (slug, version, digest, size, unpacked_size, file_count, manifest, readme, changelog, published_by, published_at, state, stages, publication_id)
        VALUES (@Name, @Version, @Digest, @Size, @UnpackedSize, @Count, @manifest, @Readme, @Changelog, @PublisherId, @_at, @state, @stages, @Id)
        """,
        new
        {
            work.Package.Manifest.Name,
            work.Version,
            work.Package.Digest,
            work.Package.Size,
            work.Package.UnpackedSize,
            work.Package.Files.Count,
            manifest = Encoding.UTF8.GetString(work.Package.ManifestJson.Span),
            work.Texts.Readme,
            work.Texts.Changelog,
            _request.PublisherId,
            _at,
            state,
            stages = StageJson.Short(stages.Records),
            work.Id,
        });
}
