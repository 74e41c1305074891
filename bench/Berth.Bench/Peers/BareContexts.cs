using System.Runtime.Loader;
using System.Text;
using Berth.Host;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Bench.Peers;

/// <summary>
/// Bare collectible load contexts over the same assemblies: no states, no leases, no checks, no time limits, no user.
/// Either as little as a call takes, or with the endpoint pipeline that the plugin needs to answer a request.
/// </summary>
internal sealed class BareContexts(bool withEndpoints) : IDisposable
{
    private readonly List<(AssemblyLoadContext Context, ServiceProvider Provider)> _loaded = [];

    /// <summary>
    /// Loads the assembly, makes the plugin object by reflection, and lets it add its services to a container of its own.
    /// Then calls it: with endpoints <c>GET /version</c> through routing, without only its <c>StartAsync</c>.
    /// </summary>
    public async Task LoadAndCallAsync(PluginVersionId id, string assembly)
    {
        var context = new AssemblyLoadContext(id.ToString(), isCollectible: true);
        using var bytes = new MemoryStream(await File.ReadAllBytesAsync(assembly));
        var type = context.LoadFromStream(bytes).GetType("Small.SmallPlugin", throwOnError: true)!;
        var plugin = (IPlugin)Activator.CreateInstance(type)!;
        var own = new BareContext(id);
        var services = new ServiceCollection();
        if (withEndpoints)
            services.AddLogging().AddRouting().AddSingleton<System.Diagnostics.DiagnosticListener>(_ => new("bare"));
        plugin.ConfigureServices(services, own);
        var provider = services.AddSingleton<IPluginContext>(own).BuildServiceProvider();
        lock (_loaded)
            _loaded.Add((context, provider));
        await plugin.StartAsync(own, CancellationToken.None);
        if (withEndpoints)
            await CallAsync(plugin, provider);
    }

    public void Dispose()
    {
        foreach (var (context, provider) in _loaded)
        {
            provider.Dispose();
            context.Unload();
        }

        _loaded.Clear();
    }

    private static async Task CallAsync(IPlugin plugin, ServiceProvider provider)
    {
        var app = new ApplicationBuilder(provider);
        app.UseRouting();
        app.UseEndpoints(plugin.MapEndpoints);
        var endpoints = app.Build();
        using var scope = provider.CreateScope();
        using var body = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        http.Request.Method = HttpMethods.Get;
        http.Request.Path = "/version";
        http.Response.Body = body;
        await endpoints(http);
        await http.Response.BodyWriter.FlushAsync();
        if (Encoding.UTF8.GetString(body.ToArray()) != "1.0.0")
            throw new InvalidOperationException($"The peer's plugin answered {http.Response.StatusCode}.");
    }

    private sealed class BareContext(PluginVersionId id) : IPluginContext
    {
        public string Slug => id.Slug;

        public string Version => id.Version;

        public ILogger Logger => NullLogger.Instance;

        public IReadOnlySet<string> Capabilities { get; } = new HashSet<string>(StringComparer.Ordinal);

        public string Directory => "";

        public CancellationToken Unloading => CancellationToken.None;
    }
}
