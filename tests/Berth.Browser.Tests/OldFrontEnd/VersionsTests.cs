using Berth.Server.Tests;
using static Microsoft.Playwright.Assertions;

namespace Berth.Browser.Tests.OldFrontEnd;

[Collection(OldSiteTests.Name)]
public sealed class VersionsTests(OldSite site)
{
    [Theory]
    [InlineData(Way.Proxied)]
    [InlineData(Way.Direct)]
    public async Task R09_After_an_update_and_a_rollback_the_same_browser_shows_no_stale_bundle(Way way)
    {
        var user = await site.WelcomeAsync(("Postcards", "1.0.0"));
        await using var visit = await site.VisitAsync(user, way);
        await visit.SeeAsync(async _ =>
        {
            await visit.ShouldShowPostcardsAsync("1.0.0");
            await UpdateAsync(user, "1.1.0");
            await visit.OpenAsync();
            await visit.ShouldShowPostcardsAsync("1.1.0");
            await Expect(visit.Module("Postcards Album")).ToHaveTextAsync("Album of 1.1.0");

            await RollBackAsync(user);
            await visit.OpenAsync();
            await visit.ShouldShowPostcardsAsync("1.0.0");
            await Expect(visit.Module("Postcards Album")).ToHaveCountAsync(0);

            await UpdateAsync(user, "1.1.0");
            await visit.OpenAsync();
            await visit.ShouldShowPostcardsAsync("1.1.0");
            await visit.ShouldBeCleanAsync();
        });
    }

    [Fact]
    public async Task R09_Names_are_the_same_in_every_version_and_addresses_are_not()
    {
        var user = await site.WelcomeAsync(("Postcards", "1.0.0"));
        await using var visit = await site.VisitAsync(user, Way.Direct);
        await visit.SeeAsync(async _ =>
        {
            await visit.ShouldShowPostcardsAsync("1.0.0");
            var before = visit.Visit.Files.Select(file => file.Url).ToList();
            await UpdateAsync(user, "1.1.0");
            await visit.OpenAsync();
            await visit.ShouldShowPostcardsAsync("1.1.0");
            var after = visit.Visit.Files.Skip(before.Count).Select(file => file.Url).ToList();

            before.Select(Name).ShouldBeSubsetOf(after.Select(Name));
            after.ShouldNotContain(address => before.Contains(address));
        });
    }

    [Theory]
    [InlineData(Way.Proxied)]
    [InlineData(Way.Direct)]
    public async Task R09_A_visit_on_the_same_version_fetches_no_file_again(Way way)
    {
        var user = await site.WelcomeAsync(("Postcards", "1.0.0"));
        await using var visit = await site.VisitAsync(user, way);
        await visit.SeeAsync(async page =>
        {
            await visit.ShouldShowPostcardsAsync("1.0.0");
            await visit.OpenAsync();
            await visit.ShouldShowPostcardsAsync("1.0.0");
            var fetched = await page.EvaluateAsync<string[]>("""
                () => performance.getEntriesByType('resource').filter((file) => file.name.includes('/public/') && file.deliveryType !== 'cache' && file.transferSize > 0).map((file) => file.name)
                """);
            fetched.ShouldBeEmpty();
            await visit.ShouldBeCleanAsync();
        });
    }

    [Fact]
    public async Task R09_An_address_without_a_capability_is_asked_about_again_and_follows_the_version()
    {
        const string Fetch = "(path) => fetch(path, { headers: { Authorization: `Bearer ${localStorage.getItem('accessToken')}` } }).then((answer) => answer.text())";
        var user = await site.WelcomeAsync(("Postcards", "1.0.0"));
        var path = $"/api/v1/public/plugins/{user.Id}_Postcards/dist/back.js";
        await using var visit = await site.VisitAsync(user, Way.Proxied);
        await visit.SeeAsync(async page =>
        {
            var first = await page.EvaluateAsync<string>(Fetch, path);
            first.ShouldContain("1.0.0");
            (await page.EvaluateAsync<string>(Fetch, path)).ShouldBe(first);
            await UpdateAsync(user, "1.1.0");
            (await page.EvaluateAsync<string>(Fetch, path)).ShouldContain("1.1.0");
            site.Application.Forwarded.Where(request => request.Path == path).Select(request => request.Status).ShouldBe([200, 304, 200]);
            visit.Visit.Errors.ShouldBeEmpty();
        });
    }

    [Theory]
    [InlineData(Way.Proxied)]
    [InlineData(Way.Direct)]
    public async Task A_page_that_was_open_during_an_update_finds_the_chunks_of_its_own_version(Way way)
    {
        var user = await site.WelcomeAsync(("Postcards", "1.0.0"));
        await using var visit = await site.VisitAsync(user, way);
        await visit.SeeAsync(async _ =>
        {
            await UpdateAsync(user, "1.1.0");
            await visit.TurnAsync();
            await visit.ShouldShowBackAsync("1.0.0");
            await visit.ShouldBeCleanAsync();
        });
    }

    [Fact]
    public async Task After_two_updates_an_open_page_is_told_to_reload_and_then_works()
    {
        var user = await site.WelcomeAsync(("Postcards", "1.0.0"));
        await using var visit = await site.VisitAsync(user, Way.Direct);
        await visit.SeeAsync(async page =>
        {
            var chunk = site.Berth.HostUrl + await user.AddressOfAsync("Postcards", "dist/back.js");
            await UpdateAsync(user, "1.1.0");
            await UpdateAsync(user, "1.2.0");
            await visit.TurnAsync();
            await Expect(visit.Alerts).ToContainTextAsync("Reload the page");
            visit.Visit.Errors.ShouldContain(error => error.StartsWith(chunk, StringComparison.Ordinal));
            (await page.EvaluateAsync<int>("async (address) => (await fetch(address)).status", chunk)).ShouldBe(404);

            await visit.OpenAsync();
            await visit.TurnAsync();
            await Expect(visit.Back).ToBeVisibleAsync();
            await Expect(visit.Alerts).ToHaveCountAsync(0);
            await visit.ShouldKeepSecretsAsync();
        });
    }

    private static async Task UpdateAsync(TestUser user, string version)
    {
        using var response = await user.Client.PostAsJsonAsync("/api/v1/plugins/Postcards/update", new { version });
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
    }

    private static async Task RollBackAsync(TestUser user)
    {
        using var response = await user.Client.PostAsync("/api/v1/plugins/Postcards/rollback", null);
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
    }

    private static string Name(string address) => new Uri(address).AbsolutePath.Split('~')[1].Split('/', 2)[1];
}
