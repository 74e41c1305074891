using Berth.Browser.Tests.Application;
using Berth.Server.Tests;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Berth.Browser.Tests.Variants;

/// <summary>The author's files and the optimised ones, each on a host of its own, show the same.</summary>
public sealed class VariantsInBrowserTests : IAsyncLifetime
{
    private static readonly Dictionary<string, string> Shows = new(StringComparer.Ordinal)
    {
        ["Notes"] = "Welcome to Notes",
        ["CsvCharts"] = "There is no CSV yet",
        ["Postcards"] = "Greetings from 1.1.0",
    };

    private Chromium _chromium = null!;
    private TestServer _authors = null!;
    private TestServer _optimised = null!;

    public async Task InitializeAsync()
    {
        _chromium = await Chromium.LaunchAsync();
        _authors = await TestServer.StartAsync();
        _optimised = await TestServer.StartAsync(settings => settings with { Variants = true });
    }

    public async Task DisposeAsync()
    {
        await _chromium.DisposeAsync();
        await _authors.DisposeAsync();
        await _optimised.DisposeAsync();
    }

    [Theory]
    [InlineData("Dial", "Dial", "A dial of 10", 15)]
    [InlineData("Postcards eval", "Postcard", "Greetings from 1.1.0", 15)]
    [InlineData("Postcards eval-source-map", "Postcard", "Greetings from 1.1.0", 15)]
    [InlineData("Postcards source-map", "Postcard", "Greetings from 1.1.0", 15)]
    [InlineData("Postcards inline-source-map", "Postcard", "Greetings from 1.1.0", 15)]
    public async Task What_is_built_for_development_or_in_pieces_gets_much_smaller_and_shows_the_same(string name, string module, string shows, int leastPercent)
    {
        var package = FrontEnds.Package(name);
        var order = await OrderAsync(_optimised, package);

        order.GetProperty("state").GetString().ShouldBe("ready", order.ToString());
        order.GetProperty("saved_percent").GetDouble().ShouldBeGreaterThan(leastPercent);
        await ShouldShowTheSameAsync(package, name.Split(' ')[0], module, shows);
    }

    /// <summary>Every sample plugin that has a front end, and webpack's own build for production.</summary>
    public static TheoryData<string, string> BuiltForProduction()
    {
        var data = new TheoryData<string, string> { { "Postcards", "Postcard" } };
        foreach (var (name, module) in FrontEnds.Samples())
            data.Add(name, module);
        return data;
    }

    [Theory]
    [MemberData(nameof(BuiltForProduction))]
    public async Task What_is_built_for_production_shows_the_same_and_is_left_alone_only_where_there_is_nothing_to_gain(string name, string module)
    {
        var slug = name.Split(' ')[0];
        Shows.Keys.ShouldContain(slug, "a sample with a front end says here what it shows first");
        var package = FrontEnds.Package(name);
        await OrderAsync(_optimised, package);

        using var registry = _optimised.Registry();
        var done = await registry.GetFromJsonAsync<JsonElement>(await RouteOfAsync(package) + "/optimization");
        var saved = done.GetProperty("report").GetProperty("saved_percent").GetDouble();
        if (done.GetProperty("state").GetString() == "ready")
        {
            saved.ShouldBeGreaterThanOrEqualTo(1, done.ToString());
        }
        else
        {
            done.GetProperty("state").GetString().ShouldBe("unchanged", done.ToString());
            done.GetProperty("code").GetString().ShouldBe("variant.nothing_to_gain");
            done.GetProperty("reason").GetString().ShouldNotBeNullOrWhiteSpace();
            saved.ShouldBeLessThan(1, "a variant that saves more is made");
        }

        await ShouldShowTheSameAsync(package, slug, module, Shows[slug]);
    }

    [Fact]
    public void The_samples_with_a_front_end_are_found() =>
        new[] { "CsvCharts 1.0.0", "Notes 1.0.0", "Notes 1.1.0" }.ShouldBeSubsetOf(FrontEnds.Samples().Select(sample => sample.Name));

    [Theory]
    [InlineData("Postcards eval")]
    [InlineData("Postcards eval-source-map")]
    public async Task A_development_build_needs_no_eval_any_more(string name)
    {
        var package = FrontEnds.Package(name);
        await OrderAsync(_optimised, package);
        var (_, application) = await WelcomeAsync(_optimised, "Postcards");
        await using var _1 = application;

        // The page's policy lets no code come from texts; that style-loader's styles are refused, too, is not what counts here.
        await using var visit = await _chromium.VisitAsync();
        await visit.Page.GotoAsync(application.PageOf("Postcards", "Stamp"));
        await visit.SeeAsync(async page => await Expect(page.Locator("#place")).ToContainTextAsync("Stamp of 1.1.0"));
        visit.Errors.Where(error => error.Contains("eval", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Dial", "Dial", "A dial of 10")]
    [InlineData("Postcards eval", "Postcard", "Greetings from 1.1.0")]
    public async Task Two_users_of_one_host_are_shown_the_same_each_from_the_files_they_chose(string name, string module, string shows)
    {
        var slug = name.Split(' ')[0];
        await OrderAsync(_optimised, FrontEnds.Package(name));

        var (optimised, text, fewer) = await LookAsync(_optimised, slug, module, shows, "optimized");
        var (original, sameText, more) = await LookAsync(_optimised, slug, module, shows, "original");

        original.ShouldBe(optimised);
        sameText.ShouldBe(text);
        fewer.ShouldBeLessThan(more, "the scripts that the browser fetched");
    }

    private async Task ShouldShowTheSameAsync(byte[] package, string slug, string module, string shows)
    {
        await _authors.PublishAsync(package);
        var (before, textBefore, bytesBefore) = await LookAsync(_authors, slug, module, shows);
        var (after, textAfter, bytesAfter) = await LookAsync(_optimised, slug, module, shows);

        after.ShouldBe(before);
        textAfter.ShouldBe(textBefore);
        bytesAfter.ShouldBeLessThanOrEqualTo(bytesBefore, "the scripts that the browser fetched");
    }

    /// <summary>The elements and headings that a user sees, and how many bytes the plugin's scripts had.</summary>
    private async Task<(string Elements, string Text, long Bytes)> LookAsync(TestServer server, string slug, string module, string shows, string? variant = null)
    {
        var (_, application) = await WelcomeAsync(server, slug, variant);
        await using var _1 = application;
        await using var visit = await _chromium.VisitAsync(withoutPolicy: true);
        await visit.Page.GotoAsync(application.PageOf(slug, module));
        var elements = "";
        var text = "";
        await visit.SeeAsync(async page =>
        {
            await Expect(page.Locator("#place")).ToContainTextAsync(shows);
            // Parts that are loaded late stand in for themselves until they are there.
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            var turn = page.GetByRole(AriaRole.Button, new() { Name = "Turn the card" });
            if (await turn.CountAsync() > 0)
            {
                await turn.ClickAsync();
                await Expect(page.Locator(".postcard-back")).ToHaveTextAsync("Written on the back of 1.1.0");
            }

            elements = await page.EvaluateAsync<string>("() => [...document.querySelectorAll('#place *')].map((one) => `${one.tagName}.${one.getAttribute('class')}`).join(' ')");
            // Not the times at which each user's own things were made.
            text = await page.EvaluateAsync<string>("""
                () => [...document.querySelectorAll('#place h3, #place li, #place button')].map((one) => {
                  const shown = one.cloneNode(true);
                  shown.querySelectorAll('time').forEach((time) => time.remove());
                  return shown.textContent;
                }).join('|')
                """);
        });
        visit.Errors.ShouldBeEmpty();
        visit.Files.ShouldNotBeEmpty();
        var bytes = 0L;
        // What was shown has run; fonts and pictures may still be on their way.
        foreach (var file in visit.Files.Where(file => new Uri(file.Url).AbsolutePath.EndsWith("js", StringComparison.Ordinal)))
            bytes += (await file.BodyAsync()).Length;
        return (elements, text, bytes);
    }

    private static async Task<(TestUser User, HostApplication Application)> WelcomeAsync(TestServer server, string slug, string? variant = null)
    {
        var user = await server.CreateUserAsync();
        await user.InstallAsync(slug);
        if (variant is not null)
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    using var chosen = await user.Client.PatchAsJsonAsync($"/api/v1/plugins/{slug}", new { variant });
                    return (await chosen.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").GetProperty("served_variant").GetString() == variant;
                },
                $"{variant} files are served");
        }

        return (user, await HostApplication.StartAsync(server, user));
    }

    private static async Task<JsonElement> OrderAsync(TestServer server, byte[] package)
    {
        await server.PublishAsync(package);
        using var registry = server.Registry();
        using var request = new HttpRequestMessage(HttpMethod.Post, await RouteOfAsync(package) + "/variants");
        request.Headers.Add("Prefer", "wait");
        using var response = await registry.SendAsync(request);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<string> RouteOfAsync(byte[] package)
    {
        using var content = new MemoryStream(package);
        var manifest = (await Packaging.Archive.PackageReader.ReadAsync(content, Packaging.Archive.PackageLimits.Default)).Package!.Manifest;
        return $"/api/v1/plugins/{manifest.Name}/{manifest.Version}";
    }
}
