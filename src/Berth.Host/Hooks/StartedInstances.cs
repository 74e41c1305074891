using Berth.Host.Health;

namespace Berth.Host.Hooks;

/// <summary>What begins for an instance once it takes calls: its hooks after the load, its hooks for errors, the eye on what it runs in the background.</summary>
internal sealed class StartedInstances(HookRunner hooks, BackgroundWatch background)
{
    /// <summary>Returns at once: nobody who asked for a lease waits for a plugin's hooks.</summary>
    public void Add(RunningInstance instance)
    {
        if (instance.Parts.Hooks.At(HookKind.OnError).Count > 0)
            instance.Monitor.Errors = new ErrorHooks(instance, hooks);
        background.Watch(instance);
        if (instance.Parts.Hooks.At(HookKind.AfterLoad).Count > 0)
            _ = hooks.AfterLoadAsync(instance);
    }
}
