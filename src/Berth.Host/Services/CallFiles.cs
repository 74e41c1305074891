using Berth.Host.Offers;
using Berth.Worker.Calls;
using Berth.Worker.Protocol;

namespace Berth.Host.Services;

/// <summary>The offered folders for one call, behind the capabilities and out of reach when the call is over.</summary>
internal sealed class CallFiles(PluginContext plugin, IUserScope user, HostOffers offers, CancellationToken ending) : IPluginFiles
{
    public Task<IReadOnlyList<PluginFolder>> ListFoldersAsync(CancellationToken cancellationToken = default)
    {
        offers.Used.Use(Capabilities.ReadData, plugin, user);
        ending.ThrowIfCancellationRequested();
        return Task.FromResult(offers.Folders.All);
    }

    public async Task<PluginFilePage> ListAsync(string folder, string? after = null, CancellationToken cancellationToken = default)
    {
        var path = OfferedPath.Read(folder);
        WorkerFileNames.JudgeAfter(after);
        offers.Used.Use(Capabilities.ReadData, plugin, user);
        using var linked = Link(cancellationToken);
        return await TellAsync(path, () => Task.Run(() => offers.Files.List(path, after, linked.Token), linked.Token));
    }

    public async Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken = default)
    {
        var file = OfferedPath.ReadFile(path);
        offers.Used.Use(Capabilities.ReadData, plugin, user);
        using var linked = Link(cancellationToken);
        return new CallReadStream(await TellAsync(file, () => Task.Run(() => offers.Files.OpenRead(file), linked.Token)), ending);
    }

    public async Task WriteAsync(string path, Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        var file = OfferedPath.ReadFile(path);
        offers.Used.Use(Capabilities.WriteData, plugin, user);
        using var linked = Link(cancellationToken);
        await TellAsync(file, async () =>
        {
            await offers.Files.WriteAsync(file, content, plugin.Limits.FileBytes, linked.Token);
            return true;
        });
    }

    public async Task<bool> DeleteAsync(string path, CancellationToken cancellationToken = default)
    {
        var file = OfferedPath.ReadFile(path);
        offers.Used.Use(Capabilities.WriteData, plugin, user);
        using var linked = Link(cancellationToken);
        return await TellAsync(file, () => Task.Run(() => offers.Files.Delete(file), linked.Token));
    }

    private static async Task<T> TellAsync<T>(OfferedPath path, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception exception) when (FileFaults.Of(exception, path.ToString()) != exception)
        {
            throw FileFaults.Of(exception, path.ToString());
        }
    }

    private CancellationTokenSource Link(CancellationToken cancellationToken)
    {
        ending.ThrowIfCancellationRequested();
        return CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ending);
    }
}
