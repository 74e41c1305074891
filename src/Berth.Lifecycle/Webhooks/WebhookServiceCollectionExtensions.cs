using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Berth.Lifecycle.Webhooks;

/// <summary>Adds webhooks to an application.</summary>
public static class WebhookServiceCollectionExtensions
{
    /// <summary>
    /// Adds webhooks and the hosted service that sends them. Needs the life cycle's parts and an <see cref="IWebhookChannel"/>.
    /// </summary>
    public static IServiceCollection AddBerthWebhooks(this IServiceCollection services, WebhookOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(options);
        services.AddSingleton<WebhookSecrets>();
        services.AddSingleton<WebhookWake>();
        services.AddSingleton<WebhookRules>();
        services.AddSingleton<IWebhooks, WebhookBook>();
        services.AddSingleton<IWebhookDeliveries, WebhookDeliveries>();
        services.AddSingleton<SendingLease>();
        services.AddSingleton<WebhookFanOut>();
        services.AddSingleton<WebhookCourier>();
        services.AddSingleton<WebhookPost>();
        services.AddHostedService<WebhookService>();
        return services;
    }
}
