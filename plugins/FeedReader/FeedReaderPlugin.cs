using Berth;
using FeedReader.Fetching;
using FeedReader.Subscriptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Plugins.Http;

namespace FeedReader;

/// <summary>Reads feeds and keeps subscriptions.</summary>
public sealed class FeedReaderPlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services, IPluginContext plugin)
    {
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolver = FeedJson.Default);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(FeedLimits.Default);
        services.AddSingleton(new VersionAnswer(plugin.Slug, plugin.Version));
        services.AddUserSettings(FeedJson.Default.FeedSettings);
        services.AddSingleton<FeedCache>();
        // The HttpClient is the host's: it resolves only for users who granted network:http-client.
        services.AddScoped<FeedSource>();
        services.AddScoped<SubscriptionBook>();
    }

    public void MapEndpoints(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/version", FeedEndpoints.Version);
        endpoints.MapGet("/feed", FeedEndpoints.Read);
        endpoints.MapGet("/entries", FeedEndpoints.ReadAll);
        endpoints.MapGet("/subscriptions", SubscriptionEndpoints.List);
        endpoints.MapPost("/subscriptions", SubscriptionEndpoints.Add);
        endpoints.MapDelete("/subscriptions", SubscriptionEndpoints.RemoveByUrl);
        endpoints.MapDelete("/subscriptions/{id}", SubscriptionEndpoints.Remove);
    }
}
