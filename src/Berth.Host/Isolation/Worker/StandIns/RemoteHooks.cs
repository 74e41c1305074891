using Berth.Worker.Protocol;

namespace Berth.Host.Isolation.Worker.StandIns;

/// <summary>In the place of lifecycle hooks of the plugin's code.</summary>
internal sealed class RemoteHooks(string name, WorkerConnection connection) : ILifecycleHooks
{
    public Task BeforeLoadAsync(CancellationToken cancellationToken) => connection.PostAsync(PathOf("before_load"), cancellationToken);

    public Task AfterLoadAsync(CancellationToken cancellationToken) => connection.PostAsync(PathOf("after_load"), cancellationToken);

    public Task BeforeUnloadAsync(CancellationToken cancellationToken) => connection.PostAsync(PathOf("before_unload"), cancellationToken);

    public Task AfterUnloadAsync(CancellationToken cancellationToken) => connection.PostAsync(PathOf("after_unload"), cancellationToken);

    public Task OnErrorAsync(PluginError error, CancellationToken cancellationToken) =>
        connection.PostAsync(PathOf("on_error"), new WorkerError(error.Kind, error.Call, error.Reason, error.Untold), ProtocolJson.Default.WorkerError, cancellationToken);

    private string PathOf(string kind) => $"/hooks?name={Uri.EscapeDataString(name)}&kind={kind}";
}
