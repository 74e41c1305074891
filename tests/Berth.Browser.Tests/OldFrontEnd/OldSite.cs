using Berth.Packaging.Archive;
using Berth.Plugins.Tests;
using Berth.Server.Tests;

namespace Berth.Browser.Tests.OldFrontEnd;

/// <summary>Berth, an application from before it whose origin is listed, and one whose origin is not.</summary>
public sealed class OldSite : IAsyncLifetime
{
    private TestServer? _berth;
    private OldApplication? _application;
    private OldApplication? _stranger;
    private Chromium? _chromium;

    internal TestServer Berth => _berth!;

    internal OldApplication Application => _application!;

    /// <summary>An application that <c>BERTH_ALLOWED_ORIGINS</c> does not list.</summary>
    internal OldApplication Stranger => _stranger!;

    public async Task InitializeAsync()
    {
        _chromium = await Chromium.LaunchAsync();
        _application = await OldApplication.StartAsync();
        _stranger = await OldApplication.StartAsync();
        _berth = await TestServer.StartAsync(settings => settings with { AllowedOrigins = [_application.Origin] });
        _application.CallBerthAt(_berth.HostUrl);
        _stranger.CallBerthAt(_berth.HostUrl);
        string[] packages =
        [
            Postcards("1.0.0") + ".berth", Postcards("1.1.0") + ".berth",
            Repository.Package("Notes", "1.0.0"), Repository.Package("Notes", "1.1.0"), Repository.Package("CsvCharts", "1.0.0"),
        ];
        await _berth.PublishAsync([.. packages.Select(File.ReadAllBytes), NextPostcards()]);
    }

    public async Task DisposeAsync()
    {
        if (_chromium is not null)
            await _chromium.DisposeAsync();
        foreach (var application in new[] { _application, _stranger })
        {
            if (application is not null)
                await application.DisposeAsync();
        }

        if (_berth is not null)
            await _berth.DisposeAsync();
    }

    /// <summary>A new user with the given versions.</summary>
    internal async Task<TestUser> WelcomeAsync(params (string Slug, string Version)[] plugins)
    {
        var user = await Berth.CreateUserAsync();
        foreach (var (slug, version) in plugins)
            await user.InstallAsync(slug, version);
        return user;
    }

    /// <summary>Opens the application in a browser profile of the user's own, signed in.</summary>
    internal async Task<OldVisit> VisitAsync(TestUser user, Way way, OldApplication? application = null)
    {
        var visit = await _chromium!.VisitAsync();
        await visit.Context.AddInitScriptAsync($"localStorage.setItem('accessToken', '{user.Token}')");
        var old = new OldVisit(visit, user, (application ?? Application).Origin + (way == Way.Direct ? "/?api=berth" : "/"));
        await old.OpenAsync();
        return old;
    }

    private static string Postcards(string version) => Path.Combine(Repository.Root, "artifacts", "fixtures", $"Postcards-{version}");

    /// <summary>1.1.0 once more, as 1.2.0: what counts is that two updates lie behind a page.</summary>
    private static byte[] NextPostcards()
    {
        var files = Directory.EnumerateFiles(Postcards("1.1.0"), "*", SearchOption.AllDirectories).Select(file =>
        {
            var path = Path.GetRelativePath(Postcards("1.1.0"), file);
            var bytes = path == "plugin.json"
                ? Encoding.UTF8.GetBytes(File.ReadAllText(file).Replace("\"1.1.0\"", "\"1.2.0\"", StringComparison.Ordinal))
                : File.ReadAllBytes(file);
            return new PackageInput(path, bytes);
        });
        using var output = new MemoryStream();
        PackageWriter.Write(output, files);
        return output.ToArray();
    }
}

/// <summary>How the page reaches Berth.</summary>
public enum Way
{
    /// <summary>Through the application's own origin, which passes requests on.</summary>
    Proxied,

    /// <summary>Where Berth is: another site for the browser.</summary>
    Direct,
}

/// <summary>The tests that share an <see cref="OldSite"/>, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class OldSiteTests : ICollectionFixture<OldSite>
{
    public const string Name = "Old site";
}
