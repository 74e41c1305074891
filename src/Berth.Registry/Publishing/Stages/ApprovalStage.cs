using Berth.Data.Sessions;

namespace Berth.Registry.Publishing.Stages;

/// <summary>Holds each version of a plugin that wants a second person's approval.</summary>
internal sealed class ApprovalStage(IDatabase database) : IPublishStage
{
    /// <summary>Code of a version that waits for the second person only.</summary>
    public const string Code = "publish.staged";

    public string Name => "approval";

    public int RuleSet => 1;

    public async Task<StageVerdict> RunAsync(PublishContext publish, CancellationToken cancellationToken)
    {
        var slug = publish.Package.Manifest.Name;
        var staged = await database.ReadAsync(
            session => session.ScalarAsync<long>("SELECT staged FROM package_publishing WHERE slug = @slug", new { slug }), cancellationToken);
        return staged == 0
            ? new StageVerdict.Passed()
            : new StageVerdict.Held(Code, $"Versions of '{slug}' are published when a second person approves them: another member of its publisher, or a reviewer.");
    }
}
