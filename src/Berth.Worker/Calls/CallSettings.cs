using Berth.Worker.Broker;

namespace Berth.Worker.Calls;

/// <summary>The settings of the call's user, asked for when the plugin first looks: secrets travel only to code that wants them.</summary>
internal sealed class CallSettings(BrokerClient broker, WorkerCall call) : IUserSettingsSource
{
    public string Json => call.SettingsJson ??= Task.Run(() => FetchAsync(broker, call)).GetAwaiter().GetResult();

    public static async Task<string> FetchAsync(BrokerClient broker, WorkerCall call)
    {
        _ = call.Required;
        using var response = await broker.SendAsync(HttpMethod.Get, $"/calls/settings?{BrokerClient.Query("call", call.Id)}", null, call.Ending);
        return await response.Content.ReadAsStringAsync(call.Ending);
    }
}
