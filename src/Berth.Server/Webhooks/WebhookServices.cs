using Berth.Host.Events;
using Berth.Lifecycle.Webhooks;
using Berth.Server.Configuration;

namespace Berth.Server.Webhooks;

/// <summary>Adds webhooks and their way to receivers.</summary>
internal static class WebhookServices
{
    public static void AddWebhooks(this IServiceCollection services, BerthSettings settings)
    {
        services.AddHttpClient(nameof(WebhookChannel)).ConfigurePrimaryHttpMessageHandler(_ => Handler(settings.WebhookPrivateAddresses))
            // The client's own log would hold addresses, which may hold keys.
            .RemoveAllLoggers();
        services.AddSingleton<IWebhookChannel>(provider => new WebhookChannel(
            provider.GetRequiredService<IHttpClientFactory>(), provider.GetRequiredService<WebhookOptions>(),
            provider.GetService<IHostEvents>(), provider.GetRequiredService<TimeProvider>()));
        services.AddBerthWebhooks(new WebhookOptions { AllowPrivateAddresses = settings.WebhookPrivateAddresses });
    }

    private static SocketsHttpHandler Handler(bool allowsPrivate)
    {
        var handler = PublicConnections.Handler(_ => allowsPrivate);
        // Through a proxy nobody here could see where a name leads.
        handler.UseProxy = false;
        handler.ConnectTimeout = TimeSpan.FromSeconds(10);
        handler.MaxResponseHeadersLength = 16;
        handler.MaxResponseDrainSize = 0;
        return handler;
    }
}
