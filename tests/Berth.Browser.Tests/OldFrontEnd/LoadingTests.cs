using System.Globalization;
using static Microsoft.Playwright.Assertions;

namespace Berth.Browser.Tests.OldFrontEnd;

[Collection(OldSiteTests.Name)]
public sealed class LoadingTests(OldSite site)
{
    [Theory]
    [InlineData(Way.Proxied)]
    [InlineData(Way.Direct)]
    public async Task A_container_brings_all_its_modules_lazy_chunks_and_styles(Way way)
    {
        var user = await site.WelcomeAsync(("Postcards", "1.0.0"));
        await using var visit = await site.VisitAsync(user, way);
        await visit.SeeAsync(async _ =>
        {
            await Expect(visit.Module("Postcards Postcard").Locator(".postcard")).ToHaveCSSAsync("border-top-color", "rgb(20, 110, 80)");
            visit.Visit.Files.ShouldNotContain(file => file.Url.Contains("/back.", StringComparison.Ordinal), "the back is lazy");
            await visit.ShouldShowPostcardsAsync("1.0.0");
            await visit.ShouldBeCleanAsync();
        });
    }

    [Theory]
    [InlineData(Way.Proxied)]
    [InlineData(Way.Direct)]
    public async Task Each_file_has_its_media_type_and_may_be_used_by_any_page(Way way)
    {
        var user = await site.WelcomeAsync(("Postcards", "1.1.0"));
        await using var visit = await site.VisitAsync(user, way);
        await visit.SeeAsync(async _ =>
        {
            await visit.ShouldShowPostcardsAsync("1.1.0");
            var types = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var file in visit.Visit.Files)
            {
                var headers = await file.AllHeadersAsync();
                types[Path.GetExtension(new Uri(file.Url).AbsolutePath)] = headers["content-type"];
                headers["access-control-allow-origin"].ShouldBe("*", file.Url);
                headers.ShouldNotContainKey("access-control-allow-credentials", file.Url);
                headers["cross-origin-resource-policy"].ShouldBe("cross-origin", file.Url);
                headers["x-content-type-options"].ShouldBe("nosniff", file.Url);
                headers["cache-control"].ShouldBe("private, max-age=31536000, immutable", file.Url);
            }

            types.ShouldBe(new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [".js"] = "text/javascript; charset=utf-8",
                [".css"] = "text/css; charset=utf-8",
                [".svg"] = "image/svg+xml",
                [".woff2"] = "font/woff2",
            }, ignoreOrder: true);
            await visit.ShouldBeCleanAsync();
        });
    }

    [Theory]
    [InlineData(Way.Proxied)]
    [InlineData(Way.Direct)]
    public async Task Two_users_on_two_versions_see_their_own_at_the_same_time(Way way)
    {
        var ana = await site.WelcomeAsync(("Postcards", "1.0.0"));
        var ben = await site.WelcomeAsync(("Postcards", "1.1.0"));
        await using var older = await site.VisitAsync(ana, way);
        await using var newer = await site.VisitAsync(ben, way);
        await Task.WhenAll(
            older.SeeAsync(_ => older.ShouldShowPostcardsAsync("1.0.0")),
            newer.SeeAsync(_ => newer.ShouldShowPostcardsAsync("1.1.0")));

        await Expect(newer.Module("Postcards Album")).ToHaveTextAsync("Album of 1.1.0");
        await Expect(older.Module("Postcards Album")).ToHaveCountAsync(0);
        older.Visit.Files.ShouldAllBe(file => file.Url.Contains($"/{ana.Id}_Postcards/~"));
        newer.Visit.Files.ShouldAllBe(file => file.Url.Contains($"/{ben.Id}_Postcards/~"));
        await older.ShouldBeCleanAsync();
        await newer.ShouldBeCleanAsync();
    }

    [Fact]
    public async Task Many_plugins_share_a_page_and_what_is_no_container_is_passed_over()
    {
        var user = await site.WelcomeAsync(("Postcards", "1.0.0"), ("Notes", "1.1.0"), ("CsvCharts", "1.0.0"));
        await using var visit = await site.VisitAsync(user, Way.Direct);
        await visit.SeeAsync(async page =>
        {
            await visit.ShouldShowPostcardsAsync("1.0.0");
            await Expect(visit.Module("Notes NotesPanel").Locator("h3")).ToHaveTextAsync("Welcome to Notes");
            visit.Visit.Files.ShouldNotContain(file => file.Url.Contains("_CsvCharts/", StringComparison.Ordinal));
            (await visit.SendAsync("GET", "/api/v1/plugins/manifest/designer")).GetProperty("answer").GetProperty("CsvCharts").GetProperty("bundlemethod").GetString().ShouldBe("module");
            (await page.EvaluateAsync<int>("() => Object.keys(containers).length")).ToString(CultureInfo.InvariantCulture).ShouldBe("2");
            await visit.ShouldBeCleanAsync();
        });
    }

    [Fact]
    public async Task A_plugins_file_becomes_no_service_worker()
    {
        var user = await site.WelcomeAsync(("Postcards", "1.0.0"));
        await using var visit = await site.VisitAsync(user, Way.Proxied);
        await visit.SeeAsync(async page =>
        {
            var refusal = await page.EvaluateAsync<string>("""
                () => {
                  const entry = performance.getEntriesByType('resource').map((file) => file.name).find((name) => name.includes('/remoteEntry.js'));
                  return navigator.serviceWorker.register(entry).then(() => 'registered', (error) => error.name);
                }
                """);
            refusal.ShouldBe("TypeError");
            var asked = site.Application.Forwarded.Single(request => request.ServiceWorker.Length > 0 && request.Path.Contains(user.Id, StringComparison.Ordinal));
            asked.Status.ShouldBe(403);
            (await page.EvaluateAsync<int>("async () => (await navigator.serviceWorker.getRegistrations()).length")).ShouldBe(0);
        });
    }
}
