using Berth.Host.Services.CrossPlugin;

namespace Berth.Host.Services;

/// <summary>The user of one call, as the plugin's scoped services see it.</summary>
internal sealed class CallScope
{
    private IUserScope? _scope;
    private CancellationToken _ending;

    public IPluginUser User => Scope.User;

    /// <summary>What belongs to the user of this call.</summary>
    public IUserScope Entered => Scope;

    /// <summary>The service calls that this call is the last of; <see langword="null"/> for a request.</summary>
    public CallChain? Chain { get; private set; }

    /// <summary>Cancelled when the call is over, in time or not.</summary>
    public CancellationToken Ending => _ending;

    /// <summary>The id by which a worker knows this very call, when the call runs in one; what is asked within it belongs to its scope there.</summary>
    public string? WorkerCall { get; set; }

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

    /// <summary>The documents of this call's user; each use is counted.</summary>
    public IUserData DataOf(IPluginContext plugin, DataUses uses)
    {
        var (id, user) = (IdOf(plugin), Scope.User.Id);
        return new CallUserData(Scope.Data, _ending, operation => uses.Note(id, user, DataUses.UserData, operation));
    }

    /// <summary>The settings of this call's user; each look at them is counted.</summary>
    public IUserSettingsSource SettingsOf(IPluginContext plugin, DataUses uses)
    {
        uses.Note(IdOf(plugin), Scope.User.Id, DataUses.Settings, DataUses.Read);
        return new SettingsSource(Scope.SettingsJson);
    }

    /// <summary>The client of this call. With WebSockets alone it makes their handshakes and nothing else.</summary>
    /// <exception cref="CapabilityDeniedException">Not declared, not permitted or not granted.</exception>
    public HttpClient CreateHttpClient(IPluginContext plugin)
    {
        if (!CapabilityCheck.IsInForce(Berth.Capabilities.WebSocket, plugin, Scope))
            CapabilityCheck.Demand(Berth.Capabilities.HttpClient, plugin, Scope);
        return ((PluginContext)plugin).Resources.Http.CreateClient(capability => CapabilityCheck.Demand(capability, plugin, Scope), Scope.User.Id, _ending);
    }

    /// <summary>The keys of this call's installation; each use looks at the capability.</summary>
    public IPluginCrypto CryptoOf(IPluginContext plugin, UsedCapabilities used) => new CallCrypto(plugin, Scope, used, _ending);

    /// <summary>The audit of this call's user; each use looks at the capability.</summary>
    public IPluginAudit AuditOf(IPluginContext plugin, UsedCapabilities used) => new CallAudit(plugin, Scope, used, _ending);

    /// <summary>The offered folders for this call; each use looks at the capability.</summary>
    public IPluginFiles FilesOf(IPluginContext plugin, HostOffers offers) => new CallFiles((PluginContext)plugin, Scope, offers, _ending);

    /// <summary>The offered programs for this call; each use looks at the capability.</summary>
    public IPluginProcesses ProcessesOf(IPluginContext plugin, HostOffers offers) => new CallProcesses((PluginContext)plugin, Scope, offers, _ending);

    private static PluginVersionId IdOf(IPluginContext plugin) => new(plugin.Slug, plugin.Version);

    private sealed record SettingsSource(string Json) : IUserSettingsSource;
}
