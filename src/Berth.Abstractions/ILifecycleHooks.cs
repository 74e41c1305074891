namespace Berth;

/// <summary>
/// What a plugin does around its own load and unload, and when a call into it failed. Added with
/// <see cref="PluginServiceCollectionExtensions.AddLifecycleHooks{THooks}"/>; one object a loaded version, made in the
/// plugin's own services. No user is there: hooks belong to the version, not to a call. Each has the host's time limit.
/// </summary>
public interface ILifecycleHooks
{
    /// <summary>Before anything of the version is started. What it throws ends the load; it is tried again like any failed load.</summary>
    Task BeforeLoadAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Once the version takes calls; some may be running already. What it throws is told and changes nothing.</summary>
    Task AfterLoadAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>When the version is to be unloaded: no new calls come, and those that run may still end. What it throws is told and changes nothing.</summary>
    Task BeforeUnloadAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// The last that the version does: its calls have ended and everything is stopped, its services are still there. After
    /// the unload itself nothing of it can run any more; that is told by the event <c>berth.instance.retired</c>.
    /// </summary>
    Task AfterUnloadAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// When a call into the version threw or took too long. At most once a second, one at a time; never for a failure of a hook.
    /// </summary>
    Task OnErrorAsync(PluginError error, CancellationToken cancellationToken) => Task.CompletedTask;
}
