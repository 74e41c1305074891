using Berth.Host;
using Berth.Host.Dispatch;
using Berth.Packaging.Manifest;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Plugins.Tests;

/// <summary>Berth's own host over artifacts/plugins: <c>/{slug}/{version}/…</c> for one user.</summary>
internal sealed class HostBed : IPluginVersionSource, IUserScope, IAsyncDisposable
{
    private WebApplication _app = null!;

    public IInstancePool Pool => _app.Services.GetRequiredService<IInstancePool>();

    public HttpClient Client { get; private set; } = null!;

    public InMemoryUserData Documents { get; } = new();

    public DispatchOutcome? LastOutcome { get; private set; }

    public IPluginUser User { get; } = new TestUser();

    public IReadOnlySet<string> GrantedCapabilities { get; init; } = new HashSet<string>();

    public IUserData Data => Documents;

    public string SettingsJson => "{}";

    public async Task<HostBed> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddLogging();
        builder.Services.AddRouting();
        builder.Services.AddSingleton(new HostOptions { Network = new() { Rules = Berth.Host.Isolation.Network.NetworkRule.Parse("* private 127.0.0.0/8:*") } }).AddSingleton(TimeProvider.System).AddSingleton<IPluginVersionSource>(this);
        builder.Services.AddBerthHost();
        _app = builder.Build();
        _app.UseRouting();
        _app.Map("/{slug}/{version}/{**path}", DispatchAsync);
        await _app.StartAsync();
        Client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
        return this;
    }

    public async Task<IInstanceLease> LeaseAsync(string slug, string version) =>
        (await Pool.LeaseAsync(new PluginVersionId(slug, version))).ShouldBeOfType<LeaseOutcome.Leased>().Lease;

    public async ValueTask<PluginVersionFiles?> FindAsync(PluginVersionId id, CancellationToken cancellationToken)
    {
        var folder = Repository.Folder(id.Slug, id.Version);
        var manifest = ManifestReader.Read(await File.ReadAllBytesAsync(Path.Combine(folder, "plugin.json"), cancellationToken));
        return new PluginVersionFiles(id, folder, manifest.Manifest!, "verified");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task DispatchAsync(HttpContext http, string slug, string version, string? path)
    {
        using var lease = await LeaseAsync(slug, version);
        LastOutcome = await lease.DispatchAsync(http, this, $"/p/{slug}", $"/{path}");
    }
}
