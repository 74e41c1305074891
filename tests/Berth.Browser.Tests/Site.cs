using Berth.Browser.Tests.Application;
using Berth.Plugins.Tests;
using Berth.Server.Tests;
using Microsoft.Playwright;

namespace Berth.Browser.Tests;

/// <summary>One Berth with the sample plugins published, and one Chromium, for all tests.</summary>
public sealed class Site : IAsyncLifetime
{
    /// <summary>Flags for a machine without a display: no sandbox (the tests may run as root) and no traffic of the browser's own.</summary>
    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private TestServer? _berth;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal TestServer Berth => _berth!;

    private static string Executable => Environment.GetEnvironmentVariable("BERTH_TEST_CHROMIUM") ?? "/usr/bin/chromium";

    public async Task InitializeAsync()
    {
        if (!File.Exists(Executable))
            throw new InvalidOperationException($"There is no Chromium at {Executable}. Install Debian's package ('apt-get install chromium'), or say in BERTH_TEST_CHROMIUM where it is.");
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable, Args = Flags });
        Assertions.SetDefaultExpectTimeout(30_000);
        _berth = await TestServer.StartAsync();
        string[] packages = [Repository.Package("Notes", "1.0.0"), Repository.Package("Notes", "1.1.0"), Repository.Package("CsvCharts", "1.0.0")];
        await _berth.PublishAsync(packages.Select(File.ReadAllBytes));
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
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
        var context = await _browser!.NewContextAsync(new()
        {
            Locale = "en-GB",
            TimezoneId = "UTC",
            ViewportSize = new() { Width = 900, Height = 640 },
            BypassCSP = withoutPolicy,
        });
        var visit = new Visit(context, await context.NewPageAsync());
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
