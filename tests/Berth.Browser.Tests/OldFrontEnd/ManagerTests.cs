using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Berth.Browser.Tests.OldFrontEnd;

/// <summary>The page on which a user of an old front end looks through modules and shows or hides them.</summary>
[Collection(OldSiteTests.Name)]
public sealed class ManagerTests(OldSite site)
{
    [Theory]
    [InlineData(Way.Proxied)]
    [InlineData(Way.Direct)]
    public async Task A_user_hides_a_module_and_shows_it_again(Way way)
    {
        var user = await site.WelcomeAsync(("Postcards", "1.0.0"), ("Notes", "1.0.0"));
        await using var visit = await site.VisitAsync(user, way);
        await visit.SeeAsync(async page =>
        {
            await visit.OpenAsync("manager");
            await Expect(page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("3 modules");
            var stamp = page.GetByRole(AriaRole.Checkbox, new() { Name = "Stamp" });
            await stamp.UncheckAsync();
            await Expect(page.GetByRole(AriaRole.Status)).Not.ToBeEmptyAsync();

            await visit.OpenAsync();
            await Expect(visit.Module("Postcards Postcard")).ToBeVisibleAsync();
            await Expect(visit.Module("Postcards Stamp")).ToHaveCountAsync(0);

            await visit.OpenAsync("manager");
            await Expect(stamp).Not.ToBeCheckedAsync();
            await stamp.CheckAsync();
            await Expect(page.GetByRole(AriaRole.Status)).Not.ToBeEmptyAsync();
            await visit.OpenAsync();
            await Expect(visit.Module("Postcards Stamp")).ToHaveTextAsync("Stamp of 1.0.0, 85 cents");
            await visit.ShouldBeCleanAsync();
        });
    }

    [Fact]
    public async Task Categories_and_tags_narrow_the_list()
    {
        var user = await site.WelcomeAsync(("Postcards", "1.1.0"), ("Notes", "1.0.0"));
        await using var visit = await site.VisitAsync(user, Way.Direct);
        await visit.SeeAsync(async page =>
        {
            await visit.OpenAsync("manager");
            var (categories, tags, shown) = (page.GetByLabel("Category"), page.GetByLabel("Tags"), page.Locator("li"));
            await Expect(categories.Locator("option")).ToHaveTextAsync(["all", "leisure", "post", "productivity"]);
            await Expect(tags.Locator("option")).ToHaveTextAsync(["all", "card", "notes", "paper", "price", "search"]);
            await categories.SelectOptionAsync("leisure");
            await Expect(shown).ToHaveCountAsync(2);
            await tags.SelectOptionAsync("paper");
            await Expect(shown).ToHaveTextAsync([" Postcard"]);
            await categories.SelectOptionAsync("");
            await Expect(shown).ToHaveCountAsync(2);
            await visit.ShouldBeCleanAsync();
        });
    }

    [Fact]
    public async Task R25_Nobody_reads_or_changes_another_users_module_by_its_id()
    {
        var ana = await site.WelcomeAsync(("Postcards", "1.0.0"));
        var ben = await site.WelcomeAsync(("Postcards", "1.0.0"));
        await using var visit = await site.VisitAsync(ben, Way.Direct);
        await visit.SeeAsync(async _ =>
        {
            var hers = $"{ana.Id}_Postcards";
            foreach (var (method, path, body) in new (string, string, object?)[]
            {
                ("GET", $"{hers}/modules", null),
                ("GET", $"direct/{hers}/modules/{hers}_Stamp", null),
                ("PATCH", $"{hers}/modules/{hers}_Stamp", new { enabled = false }),
                ("PATCH", $"{ben.Id}_Postcards/modules/{hers}_Stamp", new { enabled = false }),
            })
            {
                (await visit.SendAsync(method, $"/api/v1/plugins/{path}", body)).GetProperty("status").GetInt32().ShouldBe(404, $"{method} {path}");
            }

            var own = (await visit.SendAsync("GET", $"/api/v1/plugins/direct/{ben.Id}_Postcards/modules/{ben.Id}_Postcards_Stamp")).GetProperty("answer");
            own.GetProperty("module").GetProperty("name").GetString().ShouldBe("Stamp");
            own.GetProperty("module").TryGetProperty("userId", out var _1).ShouldBeFalse();
            own.GetProperty("plugin").GetProperty("bundleMethod").GetString().ShouldBe("webpack");
            own.GetProperty("plugin").GetProperty("bundleLocation").GetString().ShouldStartWith("~");
            own.GetProperty("plugin").TryGetProperty("plugin_slug", out var _2).ShouldBeFalse();
            var manifest = await ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/manifest/designer");
            manifest.GetProperty("Postcards").GetProperty("modules").EnumerateArray().ShouldAllBe(module => module.GetProperty("enabled").GetBoolean());
        });
    }
}
