using System.Net;
using System.Text;
using Berth.Worker.Broker;
using Berth.Worker.Protocol;

namespace Berth.Worker.Calls;

/// <summary>The documents of the call's user, which the host keeps.</summary>
internal sealed class CallUserData(BrokerClient broker, string call, CancellationToken ending) : IUserData
{
    public async Task<string?> GetJsonAsync(string key, CancellationToken cancellationToken = default)
    {
        using var linked = Link(cancellationToken);
        using var response = await broker.SendAsync(HttpMethod.Get, PathOf(key), null, linked.Token);
        return response.StatusCode == HttpStatusCode.OK ? await response.Content.ReadAsStringAsync(linked.Token) : null;
    }

    public async Task SetJsonAsync(string key, string json, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(json);
        using var linked = Link(cancellationToken);
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        (await broker.SendAsync(HttpMethod.Put, PathOf(key), content, linked.Token)).Dispose();
    }

    public async Task<bool> RemoveAsync(string key, CancellationToken cancellationToken = default)
    {
        using var linked = Link(cancellationToken);
        using var response = await broker.SendAsync(HttpMethod.Delete, PathOf(key), null, linked.Token);
        return response.StatusCode != HttpStatusCode.NotFound;
    }

    public async Task<IReadOnlyList<KeyValuePair<string, string>>> ListJsonAsync(string prefix = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        using var linked = Link(cancellationToken);
        var documents = await broker.AskAsync($"/calls/documents?{BrokerClient.Query("call", call)}&{BrokerClient.Query("prefix", prefix)}", ProtocolJson.Default.IReadOnlyListWorkerDocument, linked.Token);
        return [.. documents.Select(document => KeyValuePair.Create(document.Key, document.Json))];
    }

    private string PathOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return $"/calls/data?{BrokerClient.Query("call", call)}&{BrokerClient.Query("key", key)}";
    }

    private CancellationTokenSource Link(CancellationToken cancellationToken)
    {
        ending.ThrowIfCancellationRequested();
        return CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ending);
    }
}
