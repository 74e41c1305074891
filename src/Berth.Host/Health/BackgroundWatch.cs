using Berth.Events;
using Berth.Host.Events;
using Berth.Host.Services;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Health;

/// <summary>Sees a background service of a plugin die, which would otherwise be silent: no host of its own looks after it.</summary>
internal sealed partial class BackgroundWatch(IHostEvents events, ILogger<BackgroundWatch> logger)
{
    public void Watch(RunningInstance instance)
    {
        foreach (var service in instance.Parts.HostedServices)
        {
            if (service is BackgroundService { ExecuteTask: { } running })
                Watch(instance, service.GetType().FullName ?? service.GetType().Name, running);
        }

        if (instance.Parts.BackgroundLosses is { } losses)
            Watch(instance, losses);
    }

    // Those of a worker are seen there, and told.
    private void Watch(RunningInstance instance, BackgroundLosses losses) => _ = ForeignCode.RunAsync(async () =>
    {
        await foreach (var (service, reason) in losses.ReadAllAsync())
            Ended(instance, service, reason);
    });

    // What is captured is the host's, the name is text, and the flow is nobody's: this waits as long as the version runs.
    private void Watch(RunningInstance instance, string name, Task running) => _ = ForeignCode.RunAsync(async () =>
    {
        try
        {
            await running;
        }
        catch (Exception exception)
        {
            Ended(instance, name, ForeignCode.Describe(exception));
        }
    });

    private void Ended(RunningInstance instance, string name, string reason)
    {
        // Told to stop, it may end as it likes.
        if (instance.Parts.Context is not { Unloading.IsCancellationRequested: false })
            return;
        var id = instance.Parts.Id;
        instance.Health.NoteBackground(name, reason);
        events.Raise(new BackgroundFailed(id.Slug, id.Version, name, reason), id);
        instance.Monitor.Errors?.Tell("background", name, reason);
        LogEnded(id, name, reason);
    }

    [LoggerMessage(1521, LogLevel.Error, "{Plugin}: its background service {Service} ended: {Reason}. It runs again when the version is reloaded.")]
    private partial void LogEnded(PluginVersionId plugin, string service, string reason);
}
