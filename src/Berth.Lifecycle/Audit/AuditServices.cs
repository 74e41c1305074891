using Berth.Data.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Berth.Lifecycle.Audit;

/// <summary>Adds what host and registry have of the audit in common.</summary>
public static class AuditServices
{
    /// <summary>Adds the seals over the audit and the hosted service that makes them. Needs <c>IDatabase</c> and <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddBerthAuditSeals(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<CommitSignal>();
        services.AddSingleton<AuditSealer>();
        services.AddSingleton<IAuditSeals, AuditVerification>();
        return services.AddHostedService(provider => provider.GetRequiredService<AuditSealer>());
    }
}
