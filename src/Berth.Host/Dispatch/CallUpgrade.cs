using Microsoft.AspNetCore.Http.Features;

namespace Berth.Host.Dispatch;

/// <summary>The server's way to another protocol, through the call's own response: after the call's end there is none.</summary>
internal sealed class CallUpgrade(CallResponse response, IHttpUpgradeFeature server) : IHttpUpgradeFeature
{
    public bool IsUpgradableRequest => server.IsUpgradableRequest;

    public Task<Stream> UpgradeAsync() => response.UpgradeAsync(server);
}
