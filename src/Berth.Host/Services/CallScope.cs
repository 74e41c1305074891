using Berth.Host.Services.CrossPlugin;

namespace Berth.Host.Services;

/// <summary>The user of one call, as the plugin's scoped services see it.</summary>
internal sealed class CallScope
{
    private IUserScope? _scope;
    private CancellationToken _ending;

    public IPluginUser User => Scope.User;

    public IUserData Data => field ??= new CallUserData(Scope.Data, _ending);

    /// <summary>What belongs to the user of this call.</summary>
    public IUserScope Entered => Scope;

    /// <summary>The service calls that this call is the last of; <see langword="null"/> for a request.</summary>
    public CallChain? Chain { get; private set; }

    /// <summary>Cancelled when the call is over, in time or not.</summary>
    public CancellationToken Ending => _ending;

    public IUserSettingsSource Settings => field ??= new SettingsSource(Scope.SettingsJson);

    private IUserScope Scope => _scope
        ?? throw new InvalidOperationException("There is no user here: the user's services exist only in the scope of a call.");

    /// <summary>Sets whose call it is.</summary>
    /// <param name="scope">The user.</param>
    /// <param name="ending">Cancelled when the call is over, in time or not.</param>
    /// <param name="chain">The service calls that led here.</param>
    public void Enter(IUserScope scope, CancellationToken ending, CallChain? chain = null)
    {
        Chain = chain;
        _scope = scope;
        _ending = ending;
    }

    /// <exception cref="CapabilityDeniedException">Not declared, not permitted or not granted.</exception>
    public HttpClient CreateHttpClient(IPluginContext plugin)
    {
        CapabilityCheck.Demand(Berth.Capabilities.HttpClient, plugin, Scope);
        return ((PluginContext)plugin).Resources.Http.CreateClient(_ending);
    }

    private sealed record SettingsSource(string Json) : IUserSettingsSource;
}
