using Berth.Registry.Publishing.Stages;
using Berth.Registry.Trust.Assessment;
using Berth.Registry.Trust.Policies;
using Berth.Registry.Trust.Quarantines;
using Berth.Registry.Trust.Requests;
using Berth.Registry.Trust.Violations;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Trust;

/// <summary>The parts of trust.</summary>
internal static class TrustServices
{
    public static IServiceCollection AddTrust(this IServiceCollection services) => services
        .AddSingleton<TrustChanges>()
        .AddSingleton<ITrustDecisions, TrustDecisions>()
        .AddSingleton<TrustPolicies>()
        .AddSingleton<ITrustPolicies>(provider => provider.GetRequiredService<TrustPolicies>())
        .AddSingleton<ITrustPolicyBook>(provider => provider.GetRequiredService<TrustPolicies>())
        .AddSingleton<PackageFileIndex>()
        .AddSingleton<QuarantineBook>()
        .AddSingleton<IQuarantines>(provider => provider.GetRequiredService<QuarantineBook>())
        .AddSingleton<ITrustRequests, TrustRequests>()
        .AddSingleton<ITrustViolations, TrustViolations>()
        .AddSingleton<ITrustEvidence, SignatureEvidence>()
        .AddSingleton<ITrustEvidence, PublisherEvidence>()
        .AddSingleton<ITrustEvidence, ScanEvidence>()
        .AddSingleton<ITrustEvidence, AgeEvidence>()
        .AddSingleton<ITrustEvidence, DownloadsEvidence>()
        .AddSingleton<ITrustEvidence, RecordEvidence>()
        .AddSingleton<ITrustEvidence, ViolationEvidence>()
        .AddSingleton<ITrustAssessment, TrustAssessment>()
        .AddSingleton<TrustStage>()
        .AddSingleton<TrustExpiryService>()
        .AddHostedService(provider => provider.GetRequiredService<TrustExpiryService>());
}
