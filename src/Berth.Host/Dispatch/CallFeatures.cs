using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Features.Authentication;

namespace Berth.Host.Dispatch;

/// <summary>
/// The features of one call: the plugin's HttpContext stands on these alone and never on the server's, so a plugin that
/// goes on after its time holds nothing that the server uses for its next request.
/// </summary>
internal sealed class CallFeatures(CallRequest request, CallResponse response, CallServices services) : IFeatureCollection, IEndpointFeature
{
    private FeatureCollection? _others;

    /// <summary>Decided without an endpoint; nothing was written.</summary>
    public DispatchOutcome? Verdict { get; set; }

    /// <summary>What a guard goes on with after its time.</summary>
    public Task? Stray { get; set; }

    public Endpoint? Endpoint { get; set; }

    public bool IsReadOnly => false;

    public int Revision => _others?.Revision ?? 0;

    public static CallFeatures Of(HttpContext context) => (CallFeatures)context.Features;

    public object? this[Type key]
    {
        get => _others?[key] ?? (
            key == typeof(IHttpRequestFeature) ? request
            : key == typeof(IHttpResponseFeature) || key == typeof(IHttpResponseBodyFeature) ? response
            : key == typeof(IServiceProvidersFeature) ? services
            : key == typeof(IEndpointFeature) ? this
            : key == typeof(IHttpUpgradeFeature) ? response.Upgrade
            : IsOfRequest(key) ? request
            : null);
        set => (_others ??= [])[key] = value;
    }

    // The same as the indexer, without its boxing and look-ups: this is asked several times a request.
    public TFeature? Get<TFeature>()
    {
        if (_others is not null && _others.Get<TFeature>() is { } replaced)
            return replaced;
        if (typeof(TFeature) == typeof(IHttpRequestFeature))
            return (TFeature)(object)request;
        if (typeof(TFeature) == typeof(IHttpResponseFeature) || typeof(TFeature) == typeof(IHttpResponseBodyFeature))
            return (TFeature)(object)response;
        if (typeof(TFeature) == typeof(IEndpointFeature))
            return (TFeature)(object)this;
        if (typeof(TFeature) == typeof(IServiceProvidersFeature))
            return (TFeature)(object)services;
        if (typeof(TFeature) == typeof(IHttpUpgradeFeature))
            return (TFeature?)(object?)response.Upgrade;
        return IsOfRequest(typeof(TFeature)) ? (TFeature)(object)request : default;
    }

    public void Set<TFeature>(TFeature? instance) => (_others ??= []).Set(instance);

    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => (_others ?? []).GetEnumerator();

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

    private static bool IsOfRequest(Type key) =>
        key == typeof(IRouteValuesFeature)
        || key == typeof(IHttpRequestLifetimeFeature)
        || key == typeof(IHttpAuthenticationFeature)
        || key == typeof(IHttpRequestBodyDetectionFeature)
        || key == typeof(IHttpConnectionFeature)
        || key == typeof(IHttpRequestIdentifierFeature);
}
