using System.Net.Http.Json;
using Berth.Server.Tests;
using static Microsoft.Playwright.Assertions;

namespace Berth.Browser.Tests.Notes;

[Collection(SiteTests.Name)]
public sealed class UpdateTests(Site site)
{
    [Fact]
    public async Task After_an_update_the_page_gets_the_new_version_by_its_new_address()
    {
        var (user, application) = await site.WelcomeAsync("Notes", "1.0.0");
        await using var _ = application;
        await using var visit = await site.VisitAsync(application.PageOf("Notes", "NotesPanel"));
        await visit.SeeAsync(async page =>
        {
            var panel = new NotesPanel(page);
            await panel.WriteAsync("Umbrella", "In the hall.");
            await Expect(panel.Titles).ToHaveCountAsync(2);
            var before = visit.Files.Select(file => file.Url).ToHashSet(StringComparer.Ordinal);

            await UpdateAsync(user);
            await page.ReloadAsync();
            await Expect(panel.Button("Pin Umbrella")).ToBeVisibleAsync();
            await panel.OpenEditorAsync();
            await Expect(panel.Editor.GetByLabel("Tags, separated by spaces")).ToBeVisibleAsync();

            await visit.ShouldHaveFetchedFilesOfAsync($"{user.Id}_Notes");
            var after = visit.Files.Skip(before.Count).Select(file => file.Url).ToArray();
            after.ShouldContain(url => url.EndsWith("/dist/remoteEntry.js", StringComparison.Ordinal));
            after.ShouldNotContain(url => before.Contains(url));
            visit.Errors.ShouldBeEmpty();
        });
    }

    [Fact]
    public async Task A_page_that_was_open_during_the_update_still_finds_its_chunks()
    {
        var (user, application) = await site.WelcomeAsync("Notes", "1.0.0");
        await using var _ = application;
        await using var visit = await site.VisitAsync(application.PageOf("Notes", "NotesPanel"));
        await visit.SeeAsync(async page =>
        {
            var panel = new NotesPanel(page);
            await panel.ShouldShowAsync(NotesPanel.Welcome);
            await UpdateAsync(user);

            await panel.WriteAsync("Umbrella", "In the hall.");
            await Expect(panel.Titles).ToHaveCountAsync(2);
            visit.Errors.ShouldBeEmpty();
        });
    }

    private static async Task UpdateAsync(TestUser user)
    {
        using var response = await user.Client.PostAsJsonAsync("/api/v1/plugins/Notes/update", new { version = "1.1.0" });
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
    }
}
