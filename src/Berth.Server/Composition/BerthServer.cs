using System.Net;
using Berth.Data.Blobs;
using Berth.Data.Sessions;
using Berth.Lifecycle;
using Berth.Lifecycle.Audit;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Trust;
using Berth.Packaging.Archive;
using Berth.Registry.Catalog;
using Berth.Server.Apis;
using Berth.Server.Auth;
using Berth.Server.Composition;
using Berth.Server.Configuration;
using Berth.Server.Observability;
using Berth.Server.Offline;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;

namespace Berth.Server;

/// <summary>
/// The server: host and registry, each on addresses of its own. In one process they are two applications over the same
/// parts, so that a request never has to be told apart by the port it came in on.
/// </summary>
public sealed class BerthServer : IAsyncDisposable
{
    private readonly List<WebApplication> _applications = [];
    private readonly List<Type> _registryParts = [];

    private readonly DataFolderLock _folderLock;

    private BerthServer(BerthSettings settings, DataFolderLock folderLock) => (Settings, _folderLock) = (settings, folderLock);

    /// <summary>What it runs with.</summary>
    public BerthSettings Settings { get; }

    /// <summary>Where it listens.</summary>
    public BerthAddresses Addresses { get; } = new();

    /// <summary>The parts of the application that holds them all.</summary>
    public IServiceProvider Services => _applications[0].Services;

    /// <summary>Starts the parts of the role and returns when they listen.</summary>
    /// <param name="settings">What to run with.</param>
    /// <param name="configure">More services or logging, for tests.</param>
    /// <exception cref="DatabaseUnavailableException">The database cannot be opened.</exception>
    /// <exception cref="IOException">An address is in use, or the data folder cannot be made.</exception>
    public static async Task<BerthServer> StartAsync(
        BerthSettings settings, Action<WebApplicationBuilder>? configure = null, CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(settings.DataDirectory);
        var folderLock = DataFolderLock.TryShare(settings.DataDirectory)
            ?? throw new IOException($"The data folder {settings.DataDirectory} is being migrated or repaired. Start again when that has ended.");
        var server = new BerthServer(settings, folderLock);
        try
        {
            // The registry listens first: the host's index names its address.
            var main = server.Build(configure);
            server._applications.Add(main);
            var seed = main.Services.GetRequiredService<AdministratorSeed>();
            await (settings.AdminToken is { } token ? seed.PutTokenInForceAsync(token, cancellationToken) : seed.RevokeTokenAsync(cancellationToken));
            if (settings.Role == BerthRole.All)
            {
                var registry = server.BuildRegistryBeside(main, configure);
                server._applications.Add(registry);
                await registry.StartAsync(cancellationToken);
                server.Addresses.Registry = Address(registry);
            }
            else if (settings.Role == BerthRole.Host)
            {
                server.Addresses.Registry = settings.RegistryUrls[0].TrimEnd('/');
            }

            await main.StartAsync(cancellationToken);
            if (settings.Role == BerthRole.Registry)
                server.Addresses.Registry = Address(main);
            else
                server.Addresses.Host = Address(main);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns when the process is asked to stop.</summary>
    public Task WaitForShutdownAsync() => _applications[0].WaitForShutdownAsync();

    /// <summary>Stops taking requests, lets running ones end, and unloads everything.</summary>
    public async ValueTask DisposeAsync()
    {
        for (var i = _applications.Count - 1; i >= 0; i--)
        {
            await _applications[i].StopAsync();
            await _applications[i].DisposeAsync();
        }

        _applications.Clear();
        _folderLock.Dispose();
    }

    private WebApplication Build(Action<WebApplicationBuilder>? configure)
    {
        var builder = NewBuilder(Settings.Role == BerthRole.Registry ? Settings.RegistryUrls : Settings.HostUrls);
        builder.Services.AddSingleton(Addresses);
        builder.Services.AddOtherOrigins(Settings);
        builder.Services.AddBerthCore(new BerthOptions { Settings = Settings });
        if (Settings.Role != BerthRole.Host)
            builder.Services.AddBerthRegistryPart(Settings);
        if (Settings.Role == BerthRole.Registry)
            builder.Services.AddHealthChecks().AddCheck<SearchCheck>("search", tags: ["berth"]);
        if (Settings.Role != BerthRole.Registry)
        {
            builder.Services.AddBerthHostPart(Settings);
            if (Settings.Role == BerthRole.All)
                builder.Services.AddSingleton<IPackageSource, RegistryPackageSource>().AddSingleton<ITrustSource, RegistryTrustSource>();
            else
                builder.Services.AddBerthHttpPackageSource(new HttpPackageSourceOptions { Registry = new Uri(Settings.RegistryUrls[0]), Token = Settings.AdminToken });
        }

        configure?.Invoke(builder);
        builder.AddTelemetry(isBeside: false);
        _registryParts.AddRange(RegistryParts(builder.Services));
        var app = builder.Build();
        app.UseTrustedProxies(Settings.Web);
        if (Settings.Role != BerthRole.Registry)
            PublicFilesApi.UseFirst(app);
        app.UseWebProtection();
        app.UseOtherOrigins(Settings);
        UseBerthDefaults(app);
        if (Settings.Role == BerthRole.Registry)
        {
            MapRegistry(app);
            return app;
        }

        app.MapBerth();
        app.MapSignIn();
        app.MapStartPage();
        return app;
    }

    private WebApplication BuildRegistryBeside(WebApplication main, Action<WebApplicationBuilder>? configure)
    {
        var builder = NewBuilder(Settings.RegistryUrls);
        builder.Services.AddOtherOrigins(Settings);
        configure?.Invoke(builder);
        // Instances, not factories: the container that made them disposes of them.
        foreach (var part in SharedParts.Concat(_registryParts))
            builder.Services.AddSingleton(part, main.Services.GetRequiredService(part));
        builder.Services.AddHealthChecks().AddCheck<DatabaseCheck>("database", tags: ["berth"]).AddCheck<StorageCheck>("disk", tags: ["berth"]).AddCheck<SearchCheck>("search", tags: ["berth"]);
        builder.AddTelemetry(isBeside: true);
        var app = builder.Build();
        app.UseTrustedProxies(Settings.Web);
        app.UseWebProtection();
        app.UseOtherOrigins(Settings);
        UseBerthDefaults(app);
        MapRegistry(app);
        return app;
    }

    private static readonly Type[] SharedParts =
    [
        typeof(BerthSettings), typeof(BerthAddresses), typeof(TimeProvider), typeof(IDatabase), typeof(IPackageBlobs), typeof(PackageLimits),
        typeof(UserStore), typeof(TokenStore), typeof(ICallerResolver), typeof(Files.ByteResponse), typeof(LimitOverrides), typeof(RateLimits), typeof(IAuditSeals),
        typeof(UserStore), typeof(TokenStore), typeof(ICallerResolver), typeof(Files.ByteResponse),
        typeof(Auth.Integration.IssuerKeys), typeof(Auth.Integration.IntegrationExchange),
    ];

    /// <summary>Every part of Berth.Registry, so that what is added there is served beside the host too.</summary>
    private static IEnumerable<Type> RegistryParts(IServiceCollection services) => services
        .Where(service => service.ServiceType.Assembly == typeof(ICatalog).Assembly && service is { IsKeyedService: false, Lifetime: ServiceLifetime.Singleton })
        .Select(service => service.ServiceType)
        .Distinct();

    private static void MapRegistry(WebApplication app)
    {
        app.MapBerthRegistry();
        app.MapSchemas();
        app.MapAuth();
    }

    private WebApplicationBuilder NewBuilder(IReadOnlyList<string> urls)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseUrls([.. urls]);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            WebProtection.LimitKestrel(kestrel.Limits, Settings.Web);
        });
        // Connections go to the thread pool directly, not over queues of the transport's own: a hop less for each answer.
        builder.WebHost.UseSockets(sockets =>
        {
            sockets.IOQueueCount = 0;
            sockets.MaxWriteBufferSize = ConnectionBuffers.MostWaiting;
        });
        builder.Services.AddSingleton<Microsoft.AspNetCore.Connections.IMemoryPoolFactory<byte>, ConnectionBuffers>();
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("System", LogLevel.Warning);
        // A start that fails is told by whoever started us, in one line.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Services.AddOpenApi("v1", OpenApiDocument.Describe);
        return builder;
    }

    private static void UseBerthDefaults(WebApplication app)
    {
        // Answers without a body that routing itself gives (404, 405) become problems.
        app.UseStatusCodePages(async pages =>
        {
            var context = pages.HttpContext;
            SecurityHeaders.Set(context);
            var status = context.Response.StatusCode;
            await ProblemResult.WriteAsync(context, status switch
            {
                StatusCodes.Status404NotFound => new ApiProblem(status, "route.unknown", "There is nothing at this address. GET /openapi/v1.json lists what there is."),
                StatusCodes.Status405MethodNotAllowed => new ApiProblem(status, "route.method", $"This address does not take {context.Request.Method}."),
                _ => new ApiProblem(status, "request.invalid", "The request was refused."),
            });
        });
        app.MapHealth();
        app.MapMetrics();
        app.MapOpenApi("/openapi/v1.json").WithBerthPolicies().AllowAnonymousCallers().InCategory(RateCategory.None);
    }

    private static string Address(WebApplication app)
    {
        var address = app.Urls.First().TrimEnd('/');
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
            ? $"{uri.Scheme}://localhost:{uri.Port}"
            : address;
    }
}
