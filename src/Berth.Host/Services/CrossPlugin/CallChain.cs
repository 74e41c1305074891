namespace Berth.Host.Services.CrossPlugin;

/// <summary>Who called whom until here. Plugins that call each other in a circle end at a depth and not at the end of the memory.</summary>
internal sealed class CallChain
{
    /// <summary>A request that calls a service that calls a service …: so many calls within each other.</summary>
    public const int MaxDepth = 8;

    private readonly CallChain? _before;
    private readonly PluginVersionId _plugin;

    private CallChain(CallChain? before, PluginVersionId plugin)
    {
        _before = before;
        _plugin = plugin;
        Depth = (before?.Depth ?? -1) + 1;
    }

    /// <summary>How many service calls are within each other.</summary>
    public int Depth { get; }

    /// <summary>The chain of what <paramref name="plugin"/> runs, called from <paramref name="before"/>.</summary>
    public static CallChain Of(CallChain? before, PluginVersionId plugin) => new(before, plugin);

    public override string ToString() => _before is null ? _plugin.ToString() : $"{_before} → {_plugin}";
}
