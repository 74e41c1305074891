using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Plugins.Tests;

/// <summary>A plugin's endpoints on a real server, with one user whose data lies in memory.</summary>
internal sealed class RunningPlugin : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningPlugin(WebApplication app, InMemoryUserData data)
    {
        _app = app;
        Data = data;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single() + $"/p/") };
    }

    public HttpClient Client { get; }

    public InMemoryUserData Data { get; }

    public static async Task<RunningPlugin> StartAsync(
        IPlugin plugin, IPluginContext context, string settings = "{}", Action<IServiceCollection>? configure = null)
    {
        var data = new InMemoryUserData();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        builder.Services.AddScoped<IUserData>(_ => data);
        builder.Services.AddScoped<IUserSettingsSource>(_ => new TestSettings(settings));
        builder.Services.AddScoped<IPluginUser>(_ => new TestUser());
        configure?.Invoke(builder.Services);
        plugin.ConfigureServices(builder.Services, context);

        var app = builder.Build();
        app.UsePathBase($"/p/{context.Slug}");
        app.Use(AnswerDeniedCapability);
        app.UseRouting();
        plugin.MapEndpoints(app);
        await app.StartAsync();
        return new RunningPlugin(app, data) { Client = { BaseAddress = new Uri($"{app.Urls.Single()}/p/{context.Slug}/") } };
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static async Task AnswerDeniedCapability(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (CapabilityDeniedException error)
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            await http.Response.WriteAsync(error.Capability);
        }
    }
}
