using Berth.Server.Tests;
using static Microsoft.Playwright.Assertions;

namespace Berth.Browser.Tests.OldFrontEnd;

[Collection(OldSiteTests.Name)]
public sealed class RightsTests(OldSite site)
{
    // A script tag, as a page loads a container; answers whether it ran.
    private const string Load = "(address) => loadScript(address).then(() => 'loaded', () => 'refused')";

    private const string Read = "(address) => fetch(address).then((answer) => String(answer.status), (error) => error.name)";

    [Theory]
    [InlineData(Way.Proxied)]
    [InlineData(Way.Direct)]
    public async Task R10_Another_users_capability_opens_nothing_of_mine(Way way)
    {
        var ana = await site.WelcomeAsync(("Postcards", "1.0.0"));
        var ben = await site.WelcomeAsync(("Postcards", "1.1.0"), ("Notes", "1.0.0"));
        await using var visit = await site.VisitAsync(ben, way);
        await visit.SeeAsync(async page =>
        {
            var mine = await ana.AddressOfAsync("Postcards", "dist/remoteEntry.js");
            var his = await ben.AddressOfAsync("Postcards", "dist/remoteEntry.js");
            var ofNotes = await ben.AddressOfAsync("Notes", "dist/remoteEntry.js");
            var origin = way == Way.Direct ? site.Berth.HostUrl : "";
            string[] stolen =
            [
                his.Replace(ben.Id, ana.Id, StringComparison.Ordinal), mine.Replace(ana.Id, ben.Id, StringComparison.Ordinal),
                ofNotes.Replace($"{ben.Id}_Notes", $"{ana.Id}_Postcards", StringComparison.Ordinal), ofNotes.Replace("_Notes/", "_Postcards/", StringComparison.Ordinal),
                $"/api/v1/public/plugins/{ana.Id}_Postcards/dist/remoteEntry.js", "/api/v1/public/plugins/Postcards/dist/remoteEntry.js",
            ];
            var answers = new List<string>();
            foreach (var address in stolen)
            {
                (await page.EvaluateAsync<string>(Load, origin + address)).ShouldBe("refused", address);
                answers.Add(await page.EvaluateAsync<string>(Read, origin + address));
            }

            // With a capability any page may read why it got nothing; without one, pages of other origins read nothing.
            var withoutOne = way == Way.Direct ? "TypeError" : "401";
            answers.ShouldBe(["404", "404", "404", "404", withoutOne, withoutOne]);
            (await page.EvaluateAsync<string>(Load, origin + his)).ShouldBe("loaded");
        });
    }

    [Theory]
    [InlineData(Way.Proxied)]
    [InlineData(Way.Direct)]
    public async Task R11_A_disabled_plugin_cannot_be_loaded_until_it_is_enabled_again(Way way)
    {
        var user = await site.WelcomeAsync(("Postcards", "1.0.0"));
        await using var visit = await site.VisitAsync(user, way);
        await visit.SeeAsync(async page =>
        {
            var entry = (way == Way.Direct ? site.Berth.HostUrl : "") + await user.AddressOfAsync("Postcards", "dist/remoteEntry.js");
            (await visit.SendAsync("PATCH", "/api/v1/plugins/Postcards", new { enabled = false })).GetProperty("status").GetInt32().ShouldBe(200);
            // The page is open, and its back was never fetched.
            await visit.TurnAsync();
            await Expect(visit.Alerts).ToContainTextAsync("Reload the page");
            await visit.OpenAsync();
            await Expect(page.Locator("section")).ToHaveCountAsync(0);
            (await page.EvaluateAsync<string>(Load, entry + "?v=other")).ShouldBe("refused");

            (await visit.SendAsync("PATCH", "/api/v1/plugins/Postcards", new { enabled = true })).GetProperty("status").GetInt32().ShouldBe(200);
            await visit.OpenAsync();
            await visit.ShouldShowPostcardsAsync("1.0.0");
        });
    }

    [Fact]
    public async Task After_an_uninstall_the_address_opens_nothing()
    {
        var user = await site.WelcomeAsync(("Postcards", "1.0.0"));
        await using var visit = await site.VisitAsync(user, Way.Direct);
        await visit.SeeAsync(async page =>
        {
            var entry = site.Berth.HostUrl + await user.AddressOfAsync("Postcards", "dist/remoteEntry.js");
            (await visit.SendAsync("DELETE", "/api/v1/plugins/Postcards/uninstall")).GetProperty("status").GetInt32().ShouldBe(200);
            (await page.EvaluateAsync<string>(Load, entry + "?v=other")).ShouldBe("refused");
        });
    }
}
