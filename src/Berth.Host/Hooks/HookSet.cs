using Berth.Host.Pipeline;
using Berth.Packaging.Manifest;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Host.Hooks;

/// <summary>Which of a version's hooks run at which point: those that its code adds, as its manifest chooses among them.</summary>
internal sealed class HookSet
{
    private const string Code = "plugin.hook_invalid";

    private readonly Dictionary<HookKind, IReadOnlyList<string>> _names = [];

    private HookSet()
    {
    }

    public static HookSet None { get; } = new();

    /// <summary>The names of the hooks that run at <paramref name="kind"/>, in order.</summary>
    public IReadOnlyList<string> At(HookKind kind) => _names.GetValueOrDefault(kind) ?? [];

    /// <summary>Brings manifest and code together, or says why the version cannot run: a check that was promised must not be left out silently.</summary>
    public static StageFault? Read(PluginVersionFiles files, IServiceCollection services, out HookSet hooks)
    {
        hooks = new HookSet();
        var added = new List<string>();
        foreach (var name in services.Where(IsHook).Select(descriptor => (string)descriptor.ServiceKey!))
        {
            if (added.Contains(name, StringComparer.Ordinal))
                return Fault(files, $"its code adds the lifecycle hooks '{name}' twice. Its publisher has to give one another name.");
            added.Add(name);
        }

        var chosen = files.Manifest.Hooks;
        hooks._names[HookKind.AfterUnload] = added;
        return hooks.Choose(files, HookKind.BeforeLoad, "beforeLoad", chosen.BeforeLoad, added)
            ?? hooks.Choose(files, HookKind.AfterLoad, "afterLoad", chosen.AfterLoad, added)
            ?? hooks.Choose(files, HookKind.BeforeUnload, "beforeUnload", chosen.BeforeUnload, added)
            ?? hooks.Choose(files, HookKind.OnError, "onError", chosen.OnError, added);
    }

    private StageFault? Choose(PluginVersionFiles files, HookKind kind, string member, HookManifest chosen, List<string> added)
    {
        if (chosen.Names?.FirstOrDefault(name => !added.Contains(name, StringComparer.Ordinal)) is { } unknown)
            return Fault(files, $"its manifest names '{unknown}' in events.lifecycle.{member}, and its code adds no lifecycle hooks of that name. Its publisher has to add them with AddLifecycleHooks, or correct the name.");
        _names[kind] = chosen.Names ?? added;
        return null;
    }

    private static bool IsHook(ServiceDescriptor descriptor) =>
        descriptor.IsKeyedService && descriptor.ServiceType == typeof(ILifecycleHooks) && descriptor.ServiceKey is string;

    private static StageFault Fault(PluginVersionFiles files, string what) => new(Code, $"{files.Id} cannot run: {what}");
}
