using System.Reflection;
using System.Runtime.Loader;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Plugins.Tests;

/// <summary>A plugin version from artifacts/plugins in a load context of its own, as a host loads it.</summary>
internal sealed class LoadedPlugin : IDisposable
{
    private readonly AssemblyLoadContext _context;

    public LoadedPlugin(string slug, string version)
    {
        Context = new TestPluginContext(slug, version);
        _context = new AssemblyLoadContext($"{slug} {version}", isCollectible: true);
        using var file = new MemoryStream(File.ReadAllBytes(Path.Combine(Context.Directory, "lib", "net10.0", slug + ".dll")));
        Assembly = _context.LoadFromStream(file);
        Plugin = (IPlugin)Activator.CreateInstance(Assembly.ExportedTypes.Single(type => type.IsAssignableTo(typeof(IPlugin))))!;
    }

    public TestPluginContext Context { get; }

    public Assembly Assembly { get; }

    public IPlugin Plugin { get; }

    /// <summary>The plugin's lifecycle manager, made from the plugin's own services.</summary>
    public LifecycleManager CreateLifecycle(TimeProvider time)
    {
        var services = new ServiceCollection();
        services.AddSingleton(time);
        Plugin.ConfigureServices(services, Context);
        using var provider = services.BuildServiceProvider();
        var type = Assembly.ExportedTypes.Single(type => type.IsAssignableTo(typeof(LifecycleManager)));
        return (LifecycleManager)ActivatorUtilities.CreateInstance(provider, type);
    }

    public void Dispose() => _context.Unload();

    public WeakReference Watch() => new(_context);
}
