using Berth.Host.Services;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Host.Dispatch;

/// <summary>The scope of one call, made when the plugin first asks for a service: most requests of a small endpoint never do.</summary>
internal sealed class CallServices(ServiceProvider provider, IUserScope user, CallToken token) : IServiceProvidersFeature, IAsyncDisposable
{
    private AsyncServiceScope? _scope;

    /// <summary>Whose call it is.</summary>
    public IUserScope User => user;

    /// <summary>The call's own token.</summary>
    public CallToken Token => token;

    public IServiceProvider RequestServices
    {
        get => (_scope ??= CreateScope()).ServiceProvider;
        set => throw new NotSupportedException("The services of a plugin's request are the host's to choose.");
    }

    public ValueTask DisposeAsync() => _scope?.DisposeAsync() ?? ValueTask.CompletedTask;

    private AsyncServiceScope CreateScope()
    {
        var scope = provider.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CallScope>().Enter(user, token.Token);
        return scope;
    }
}
