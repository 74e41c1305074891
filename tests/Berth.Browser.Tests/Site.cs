using Berth.Browser.Tests.Application;
using Berth.Plugins.Tests;
using Berth.Server.Tests;

namespace Berth.Browser.Tests;

/// <summary>One Berth with the sample plugins published, and one Chromium, for all tests.</summary>
public sealed class Site : IAsyncLifetime
{
    private TestServer? _berth;
    private Chromium? _chromium;

    internal TestServer Berth => _berth!;

    public async Task InitializeAsync()
    {
        _chromium = await Chromium.LaunchAsync();
        _berth = await TestServer.StartAsync();
        string[] packages = [Repository.Package("Notes", "1.0.0"), Repository.Package("Notes", "1.1.0"), Repository.Package("CsvCharts", "1.0.0")];
        await _berth.PublishAsync(packages.Select(File.ReadAllBytes));
    }

    public async Task DisposeAsync()
    {
        if (_chromium is not null)
            await _chromium.DisposeAsync();
        if (_berth is not null)
            await _berth.DisposeAsync();
    }

    /// <summary>A new user with one plugin, and the application that user is signed in to.</summary>
    internal async Task<(TestUser User, HostApplication Application)> WelcomeAsync(string slug, string version, bool sameOrigin = false)
    {
        var user = await Berth.CreateUserAsync();
        await user.InstallAsync(slug, version);
        return (user, await HostApplication.StartAsync(Berth, user, sameOrigin));
    }

    /// <summary>Opens an address in a browser profile of its own.</summary>
    /// <param name="withoutPolicy">Whether the page's Content-Security-Policy is switched off.</param>
    internal async Task<Visit> VisitAsync(string address, bool withoutPolicy = false)
    {
        var visit = await _chromium!.VisitAsync(withoutPolicy);
        await visit.Page.GotoAsync(address);
        return visit;
    }
}

/// <summary>The tests that share a <see cref="Site"/>, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SiteTests : ICollectionFixture<Site>
{
    public const string Name = "Site";
}
