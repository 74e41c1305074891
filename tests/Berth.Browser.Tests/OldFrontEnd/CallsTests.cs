using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Berth.Browser.Tests.OldFrontEnd;

/// <summary>Calls of <c>/api</c> and <c>/p</c> from pages of another origin, with the user's token.</summary>
[Collection(OldSiteTests.Name)]
public sealed class CallsTests(OldSite site)
{
    // What a browser tells a page about a request that it did not let through: nothing but this.
    private const string Try = """
        async ([address, token, method, body]) => {
          try {
            const response = await fetch(address, { method, credentials: 'include', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, body: body ?? undefined });
            return `${response.status} ${await response.text()}`;
          } catch (error) {
            return error.name;
          }
        }
        """;

    [Theory]
    [InlineData(Way.Proxied)]
    [InlineData(Way.Direct)]
    public async Task A_plugin_works_through_the_pages_own_client(Way way)
    {
        var user = await site.WelcomeAsync(("Notes", "1.0.0"));
        await using var visit = await site.VisitAsync(user, way);
        await visit.SeeAsync(async page =>
        {
            var panel = new Notes.NotesPanel(page);
            await panel.ShouldShowAsync(Notes.NotesPanel.Welcome);
            await panel.WriteAsync("Umbrella", "In the hall.");
            await Expect(panel.Titles).ToHaveCountAsync(2);
            await panel.Button("Change Umbrella").ClickAsync();
            await page.GetByLabel("Title").FillAsync("Red umbrella");
            await panel.Button("Save").ClickAsync();
            await Expect(panel.Button("Remove Red umbrella")).ToBeVisibleAsync();
            await panel.Button("Remove Red umbrella").ClickAsync();
            await panel.ShouldShowAsync(Notes.NotesPanel.Welcome);
            visit.Visit.Errors.ShouldBeEmpty();
            await visit.ShouldKeepSecretsAsync();
        });
    }

    [Fact]
    public async Task A_listed_origin_reads_and_writes_and_another_gets_neither()
    {
        var user = await site.WelcomeAsync(("Notes", "1.0.0"));
        var notes = site.Berth.HostUrl + "/p/Notes/notes";
        const string Note = """{"title":"From elsewhere","text":"?"}""";
        await using var stranger = await site.VisitAsync(user, Way.Direct, site.Stranger);
        await stranger.SeeAsync(async page =>
        {
            await Expect(stranger.Alerts).ToHaveTextAsync("Failed to fetch");
            foreach (var address in new[] { notes, site.Berth.HostUrl + "/api/v1/plugins/", site.Berth.HostUrl + "/api/plugins/manifest" })
                (await TryAsync(page, address, user.Token, "GET")).ShouldBe("TypeError", address);
            (await TryAsync(page, notes, user.Token, "POST", Note)).ShouldBe("TypeError");
            stranger.Visit.Errors.ShouldContain(error => error.Contains("CORS policy", StringComparison.Ordinal));
        });

        await using var visit = await site.VisitAsync(user, Way.Direct);
        await visit.SeeAsync(async page =>
        {
            (await TryAsync(page, notes, user.Token, "GET")).ShouldNotContain("From elsewhere", customMessage: "the other origin's note was not written");
            (await TryAsync(page, notes, user.Token, "POST", Note)).ShouldStartWith("201");
            (await TryAsync(page, notes, user.Token, "GET")).ShouldSatisfyAllConditions(
                answer => answer.ShouldStartWith("200"),
                answer => answer.ShouldContain("From elsewhere"));
            visit.Visit.Errors.ShouldBeEmpty();
        });
    }

    [Fact]
    public async Task Files_of_a_plugin_load_on_any_origin_that_was_given_their_address()
    {
        var user = await site.WelcomeAsync(("Postcards", "1.0.0"));
        await using var visit = await site.VisitAsync(user, Way.Proxied, site.Stranger);
        await visit.SeeAsync(async page =>
        {
            var entry = site.Berth.HostUrl + await user.AddressOfAsync("Postcards", "dist/remoteEntry.js");
            (await page.EvaluateAsync<int>("async (address) => (await fetch(address)).status", entry.Replace(site.Berth.HostUrl, "", StringComparison.Ordinal))).ShouldBe(200);
            await visit.ShouldShowPostcardsAsync("1.0.0");
        });
    }

    private static Task<string> TryAsync(IPage page, string address, string token, string method, string? body = null) =>
        page.EvaluateAsync<string>(Try, new object?[] { address, token, method, body });
}
