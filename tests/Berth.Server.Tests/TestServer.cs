using System.Net.Http.Headers;
using Berth.Server.Configuration;

namespace Berth.Server.Tests;

/// <summary>A real server on free ports, with an administrator, over real HTTP.</summary>
public sealed class TestServer : IAsyncDisposable
{
    public const string AdminToken = "berth_pat_administrator-of-the-tests";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly TestFolder _folder = new();
    private BerthServer? _server;

    public BerthServer Server => _server ?? throw new InvalidOperationException("The server is stopped.");

    public string DataDirectory => System.IO.Path.Combine(_folder.Path, "data");

    public string HostUrl => Server.Addresses.Host!;

    public string RegistryUrl => Server.Addresses.Registry!;

    public static async Task<TestServer> StartAsync(Func<BerthSettings, BerthSettings>? change = null, Action<WebApplicationBuilder>? configure = null)
    {
        var server = new TestServer();
        await server.RestartAsync(change, configure);
        return server;
    }

    /// <summary>Stops the server, if it runs, and starts one on the same data.</summary>
    public async Task RestartAsync(Func<BerthSettings, BerthSettings>? change = null, Action<WebApplicationBuilder>? configure = null)
    {
        if (_server is not null)
            await _server.DisposeAsync();
        var settings = new BerthSettings
        {
            DataDirectory = DataDirectory,
            HostUrls = ["http://127.0.0.1:0"],
            RegistryUrls = ["http://127.0.0.1:0"],
            AdminToken = AdminToken,
            RateLimits = false,
            // Five processes a server, of which few tests need one: whoever does asks.
            Isolation = new IsolationSettings { ProbeDelay = Timeout.InfiniteTimeSpan },
        };
        settings = change?.Invoke(settings) ?? settings;
        if (_server is null && settings.Database == "sqlite" && !Directory.Exists(DataDirectory))
            await Berth.Data.Tests.MigratedFile.PutAsync(DataDirectory);
        _server = await BerthServer.StartAsync(settings, builder =>
        {
            builder.Logging.SetMinimumLevel(LogLevel.Error);
            builder.Logging.AddProvider(new ServerErrors());
            // What a loaded machine takes to start a plugin, or to ask its guards, is no verdict.
            if (builder.Services.LastOrDefault(service => service.ServiceType == typeof(Berth.Host.HostOptions))?.ImplementationInstance is Berth.Host.HostOptions options)
                builder.Services.AddSingleton(options with { StartBudget = Patience, GuardTimeLimit = Patience, HookTimeLimit = Patience, HealthCheckTimeLimit = Patience, EventTimeLimit = Patience });
            configure?.Invoke(builder);
        });
    }

    public HttpClient Host(string? token = AdminToken) => Client(HostUrl, token);

    public HttpClient Registry(string? token = AdminToken) => Client(RegistryUrl, token);

    /// <summary>A user's client on the host.</summary>
    public async Task<TestUser> CreateUserAsync(string? name = null)
    {
        using var admin = Host();
        using var response = await admin.PostAsJsonAsync("/api/v1/admin/users", new { username = name ?? $"user-{Guid.NewGuid():N}" });
        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        var token = body.GetProperty("token").GetString()!;
        return new TestUser(body.GetProperty("id").GetString()!, token, Host(token));
    }

    public async Task PublishAsync(params IEnumerable<byte[]> packages)
    {
        using var registry = Registry();
        foreach (var package in packages)
        {
            using var form = new MultipartFormDataContent { { new ByteArrayContent(package), "plugin", "anything.berth" } };
            using var response = await registry.PostAsync("/api/v1/plugins", form);
            if (!response.IsSuccessStatusCode)
                throw new InvalidOperationException(ServerErrors.Explain(await response.Content.ReadAsStringAsync()));
        }
    }

    /// <summary>Stops the server and keeps its data.</summary>
    public async Task StopAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _server = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _folder.Dispose();
    }

    private static HttpClient Client(string url, string? token)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(url) };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        client.DefaultRequestHeaders.Accept.ParseAdd("application/json, application/problem+json");
        return client;
    }
}

/// <summary>A user of a test.</summary>
public sealed record TestUser(string Id, string Token, HttpClient Client)
{
    /// <summary>A token of the user with less than all rights.</summary>
    public async Task<string> CreateTokenAsync(params string[] scopes)
    {
        using var response = await Client.PostAsJsonAsync("/api/v1/auth/tokens", new { name = "limited", scopes });
        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    public async Task InstallAsync(string slug, string? version = null, params string[] grant)
    {
        using var response = await Client.PostAsJsonAsync($"/api/v1/plugins/{slug}/install", new { version, grant });
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException(ServerErrors.Explain(await response.Content.ReadAsStringAsync()));
    }

    /// <summary>The address of a served file through the capability segment.</summary>
    public async Task<string> AddressOfAsync(string slug, string path)
    {
        var list = await Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/");
        var plugin = list.GetProperty("plugins").EnumerateArray().Single(plugin => plugin.GetProperty("plugin_slug").GetString() == slug);
        var bundle = plugin.GetProperty("bundlelocation").GetString()!;
        return $"/api/v1/public/plugins/{Id}_{slug}/{bundle[..bundle.IndexOf('/', StringComparison.Ordinal)]}/{path}";
    }
}
