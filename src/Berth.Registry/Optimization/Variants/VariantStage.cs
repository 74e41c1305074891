using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Variants;
using Berth.Registry.Publishing;

namespace Berth.Registry.Optimization.Variants;

/// <summary>Orders the optimised variant of a package whose manifest asks for one. It is made after the version is visible; it never holds a publish.</summary>
internal sealed class VariantStage : IPublishStage
{
    public string Name => "variants";

    public int RuleSet => 1;

    public Task<StageVerdict> RunAsync(PublishContext publish, CancellationToken cancellationToken) =>
        Task.FromResult<StageVerdict>(new StageVerdict.Passed
        {
            Evidence = JsonSerializer.SerializeToElement(new { ordered = IsWanted(publish) ? new[] { VariantStatement.Optimized } : [] }),
        });

    public Task StoreAsync(DbSession session, PublishContext publish, StageVerdict verdict, long at) => IsWanted(publish)
        ? VariantRows.OrderAsync(session, publish.Package.Manifest.Name, publish.Package.Manifest.Version.ToString(), publish.Package.Digest, publish.Request.PublisherId, at)
        : Task.CompletedTask;

    private static bool IsWanted(PublishContext publish) =>
        publish.Package.Manifest.Frontend is not null && OptimizationOptions.Of(publish.Package.Manifest).Enabled;
}
