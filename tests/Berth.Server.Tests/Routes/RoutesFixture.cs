using Berth.Server.Auth;

namespace Berth.Server.Tests.Routes;

/// <summary>A server, all routes of both its applications, and callers of every kind.</summary>
public sealed class RoutesFixture : ServerFixture
{
    private readonly List<IServiceProvider> _applications = [];

    public IReadOnlyList<Route> Routes { get; private set; } = [];

    /// <summary>An ordinary user with a plugin installed.</summary>
    public TestUser Ana { get; private set; } = null!;

    /// <summary>Ana's, good for reading only.</summary>
    public string ReadToken { get; private set; } = null!;

    public HttpClient Client(Route route, string? token) => route.IsRegistry ? Server.Registry(token) : Server.Host(token);

    public HttpRequestMessage Request(Route route, string target, HttpContent? content = null) =>
        new(new HttpMethod(route.Method), Unchanged(route.IsRegistry ? Server.RegistryUrl : Server.HostUrl, target)) { Content = content };

    /// <summary>An address whose escapes and dot segments go over the wire as they stand.</summary>
    public static Uri Unchanged(string url, string target) =>
        new(url + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    protected override void Configure(WebApplicationBuilder builder) =>
        builder.Services.AddSingleton<IHostedService>(services =>
        {
            lock (_applications)
                _applications.Add(services);
            return new Nothing();
        });

    protected override async Task PrepareAsync()
    {
        Routes = [.. _applications.SelectMany(application => Route.Of(application, isRegistry: application.GetService<AdministratorSeed>() is null))];
        Routes.Count(route => route.IsRegistry).ShouldBeGreaterThan(15);
        Routes.Count(route => !route.IsRegistry).ShouldBeGreaterThan(40);
        await Server.PublishAsync(TestPackages.FrontEnd("Clock"));
        Ana = await Server.CreateUserAsync("ana");
        await Ana.InstallAsync("Clock");
        ReadToken = await Ana.CreateTokenAsync(TokenScopes.Read);
    }

    private sealed class Nothing : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
