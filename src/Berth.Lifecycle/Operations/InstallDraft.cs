using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Operations.Rows;

namespace Berth.Lifecycle.Operations;

/// <summary>An installation that was planned, and the rows, results and records it leads to.</summary>
internal sealed record InstallDraft(
    OperationCaller Caller, InstallRequest Request, Candidate Candidate, IReadOnlyList<string> Grant)
{
    public string PluginId { get; } = $"{Caller.UserId}_{Candidate.Slug}";

    public OperationData Data { get; } = new()
    {
        Version = Candidate.Version.ToString(),
        InstallationType = Request.InstallationType,
        SourceUrl = Request.SourceUrl,
        InstalledBy = Caller.ActorId,
    };


    public NewPluginRow Row(long generation, long now) => new(
        PluginId, Caller.UserId, Candidate.Slug, Candidate.Version.ToString(), Candidate.Digest, InstallationRow.WriteGranted(Grant), generation, now);

    public OperationResult Result(string operationId) => new()
    {
        OperationId = operationId,
        Kind = OperationKinds.Install,
        Slug = Candidate.Slug,
        PluginId = PluginId,
        Version = Candidate.Version.ToString(),
        ModulesCreated = ModuleRows.IdsOf(Candidate.Manifest, PluginId),
    };

    public InstalledPlugin Installed(long generation, long now)
    {
        var row = Row(generation, now);
        return new InstallationRow(row.Id, row.UserId, row.Slug, row.Version, row.Digest, 1, "{}", row.Granted, generation, null, null, null, now, now)
            .ToSnapshot(row.UserId);
    }

    /// <summary>Writes the recovery record; a failure is repaired later.</summary>
    public void Record(OperationParts parts) => parts.Records.Write(Caller.UserId, Candidate.Slug, new RecoveryEntry(
        Data.InstallationType!, Data.SourceUrl, Caller.ActorId, DateTimeOffset.FromUnixTimeMilliseconds(parts.Now), Candidate.Version.ToString(), Candidate.Digest));
}
