using Microsoft.Playwright;

namespace Berth.Browser.Tests;

/// <summary>A Chromium for many visits, each in a profile of its own.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    /// <summary>Flags for a machine without a display: no sandbox (the tests may run as root) and no traffic of the browser's own.</summary>
    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    /// <summary>Milliseconds: how long a browser takes on a loaded machine is no verdict.</summary>
    private const int Patience = 120_000;

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    private static string Executable => Environment.GetEnvironmentVariable("BERTH_TEST_CHROMIUM") ?? "/usr/bin/chromium";

    public static async Task<Chromium> LaunchAsync()
    {
        if (!File.Exists(Executable))
            throw new InvalidOperationException($"There is no Chromium at {Executable}. Install Debian's package ('apt-get install chromium'), or say in BERTH_TEST_CHROMIUM where it is.");
        var playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(Patience);
        return new Chromium(playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable, Args = Flags, Timeout = Patience }));
    }

    /// <summary>An empty page in a profile of its own.</summary>
    /// <param name="withoutPolicy">Whether the page's Content-Security-Policy is switched off.</param>
    public async Task<Visit> VisitAsync(bool withoutPolicy = false)
    {
        var context = await _browser.NewContextAsync(new()
        {
            Locale = "en-GB",
            TimezoneId = "UTC",
            ViewportSize = new() { Width = 900, Height = 640 },
            BypassCSP = withoutPolicy,
        });
        context.SetDefaultTimeout(Patience);
        return new Visit(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
