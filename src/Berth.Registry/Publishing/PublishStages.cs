using Berth.Registry.Publishing.Stages;
using Berth.Registry.Optimization.Variants;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Publishing;

/// <summary>
/// The stages between a package that was read and a version that is visible, in order. What comes before them (receive,
/// archive, manifest, digests) makes the <see cref="PublishContext"/>; what comes after is the transaction. A stage's
/// constructor takes what it needs from the container.
/// </summary>
internal sealed class PublishStages(IServiceProvider services)
{
    /// <summary>The stages, in order.</summary>
    public IReadOnlyList<IPublishStage> InOrder { get; init; } =
    [
        services.GetRequiredService<SignatureStage>(),
        ActivatorUtilities.CreateInstance<ScanStage>(services),
        services.GetRequiredService<QuotaStage>(),
        services.GetRequiredService<TrustStage>(),
        ActivatorUtilities.CreateInstance<ApprovalStage>(services),
        new VariantStage(),
    ];
}
