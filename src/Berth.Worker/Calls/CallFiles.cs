using System.Net;
using Berth.Worker.Broker;
using Berth.Worker.Protocol;

namespace Berth.Worker.Calls;

/// <summary>The offered folders, which the host reads and writes for the call. Nothing of a file lies here in full.</summary>
internal sealed class CallFiles(BrokerClient broker, string call, CancellationToken ending) : IPluginFiles
{
    public async Task<IReadOnlyList<PluginFolder>> ListFoldersAsync(CancellationToken cancellationToken = default)
    {
        using var linked = Link(cancellationToken);
        return await broker.AskAsync($"/calls/folders?{BrokerClient.Query("call", call)}", ProtocolJson.Default.IReadOnlyListPluginFolder, linked.Token);
    }

    public async Task<PluginFilePage> ListAsync(string folder, string? after = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        WorkerFileNames.JudgeAfter(after);
        using var linked = Link(cancellationToken);
        return await broker.AskAsync($"/calls/files/list?{Where(folder)}{(after is null ? "" : $"&{BrokerClient.Query("after", after)}")}", ProtocolJson.Default.PluginFilePage, linked.Token);
    }

    public async Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var linked = Link(cancellationToken);
        // Its stream gives the connection back when it is disposed.
        var response = await broker.SendAsync(HttpMethod.Get, $"/calls/files?{Where(path)}", null, linked.Token);
        return new CallReadStream(await response.Content.ReadAsStreamAsync(linked.Token), ending);
    }

    public async Task WriteAsync(string path, Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(content);
        using var linked = Link(cancellationToken);
        using var lent = new LentContent(content, linked.Token);
        (await broker.SendAsync(HttpMethod.Put, $"/calls/files?{Where(path)}", lent, linked.Token)).Dispose();
    }

    public async Task<bool> DeleteAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var linked = Link(cancellationToken);
        using var response = await broker.SendAsync(HttpMethod.Delete, $"/calls/files?{Where(path)}", null, linked.Token);
        return response.StatusCode != HttpStatusCode.NotFound;
    }

    private string Where(string path)
    {
        WorkerFileNames.JudgePath(path);
        return $"{BrokerClient.Query("call", call)}&{BrokerClient.Query("path", path)}";
    }

    private CancellationTokenSource Link(CancellationToken cancellationToken)
    {
        ending.ThrowIfCancellationRequested();
        return CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ending);
    }
}
