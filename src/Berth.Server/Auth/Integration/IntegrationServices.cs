using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Berth.Server.Auth.Integration;

/// <summary>Adds what verifies identity tokens of continuous integration.</summary>
internal static class IntegrationServices
{
    public static void AddIntegrationIdentities(this IServiceCollection services)
    {
        services.TryAddSingleton(new IssuerKeyOptions());
        services.AddHttpClient(nameof(IssuerKeys), client => client.Timeout = TimeSpan.FromSeconds(10))
            .ConfigurePrimaryHttpMessageHandler(provider => Handler(provider.GetRequiredService<IssuerKeyOptions>()));
        services.AddSingleton<IssuerKeys>();
        services.AddSingleton<IdentityTokens>();
        services.AddSingleton<IntegrationExchange>();
    }

    // Keys come from public addresses, and no redirect leads elsewhere; those of an issuer in a private network come from a file.
    private static SocketsHttpHandler Handler(IssuerKeyOptions options)
    {
        var handler = PublicConnections.Handler(_ => options.AllowsPrivateAddresses);
        handler.UseProxy = false;
        handler.ConnectTimeout = TimeSpan.FromSeconds(5);
        handler.MaxResponseHeadersLength = 16;
        if (options.Authorities is { } authorities)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        return handler;
    }
}
