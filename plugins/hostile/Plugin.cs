namespace Hostile;

/// <summary>The one entry point: it is the attack whose folder it lies in.</summary>
public sealed class Plugin : IPlugin
{
    public Plugin() => Current.Construct();

    public static Attack Current { get; } = Find();

    public void ConfigureServices(IServiceCollection services, IPluginContext plugin) => Current.Configure(services, plugin);

    public void MapEndpoints(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/attack", async (HttpContext context) =>
        {
            string? answer;
            try
            {
                answer = await Current.RunAsync(context, Target.Read(context));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException or System.ComponentModel.Win32Exception or HttpRequestException)
            {
                answer = $"stopped: {exception.GetBaseException().Message}";
            }

            if (answer is not null)
                await context.Response.WriteAsync(answer);
        });
        Current.Map(endpoints);
    }

    public Task StartAsync(IPluginContext plugin, CancellationToken cancellationToken) => Current.StartAsync(plugin);

    public Task StopAsync(CancellationToken cancellationToken) => Current.StopAsync();

    // Its load context has the name of the version; an assembly in the host's process has no place.
    private static Attack Find()
    {
        var slug = System.Runtime.Loader.AssemblyLoadContext.GetLoadContext(typeof(Plugin).Assembly)!.Name!.Split(' ', '@', '/')[0];
        return (Attack)Activator.CreateInstance(typeof(Plugin).Assembly.GetTypes().Single(type => type.Name == slug && type.IsSubclassOf(typeof(Attack))))!;
    }
}

/// <summary>For attacks by what a lifecycle call answers or hands on.</summary>
public sealed class Lifecycle : LifecycleManager
{
    public override Task<CheckResult> CheckAsync(UserInstallation installation, CancellationToken cancellationToken) => Plugin.Current.CheckAsync();

    public override async Task<UserDataExport> ExportAsync(UserInstallation installation, CancellationToken cancellationToken) =>
        Plugin.Current.Export() ?? await base.ExportAsync(installation, cancellationToken);
}
