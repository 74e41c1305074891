using System.Collections.Concurrent;
using static Microsoft.Playwright.Assertions;

namespace Berth.Browser.Tests.Notes;

[Collection(SiteTests.Name)]
public sealed class NotesPanelTests(Site site)
{
    [Theory]
    [InlineData("1.0.0", false)]
    [InlineData("1.1.0", false)]
    [InlineData("1.1.0", true)]
    public async Task A_user_writes_finds_changes_and_removes_a_note(string version, bool sameOrigin)
    {
        var (_, application) = await site.WelcomeAsync("Notes", version, sameOrigin);
        await using var _1 = application;
        await using var visit = await site.VisitAsync(application.PageOf("Notes", "NotesPanel"));
        await visit.SeeAsync(async page =>
        {
            var panel = new NotesPanel(page);
            await panel.ShouldShowAsync(NotesPanel.Welcome);
            await panel.WriteAsync("Umbrella", "In the hall, behind the door.");
            await Expect(panel.Titles).ToHaveCountAsync(2);
            await panel.SearchAsync("hall DOOR");
            await panel.ShouldShowAsync("Umbrella");

            await panel.Button("Change Umbrella").ClickAsync();
            await page.GetByLabel("Title").FillAsync("Red umbrella");
            await panel.Button("Save").ClickAsync();
            await panel.ShouldShowAsync("Red umbrella");

            await panel.Button("Remove Red umbrella").ClickAsync();
            await Expect(page.GetByText("No note has all these words.")).ToBeVisibleAsync();
            await panel.SearchAsync("");
            await panel.ShouldShowAsync(NotesPanel.Welcome);
            visit.Errors.ShouldBeEmpty();
        });
    }

    [Theory]
    [InlineData("1.0.0", "notes-panel.css", "notes-panel.js", "note-editor.js", "remoteEntry.js")]
    [InlineData("1.1.0", "214.js", "markdown.js", "notes-panel.css", "notes-panel.js", "note-editor.js", "remoteEntry.js")]
    public async Task Entry_chunks_and_styles_arrive_through_the_capability_path(string version, params string[] expected)
    {
        var (user, application) = await site.WelcomeAsync("Notes", version);
        await using var _ = application;
        await using var visit = await site.VisitAsync(application.PageOf("Notes", "NotesPanel"));
        await visit.SeeAsync(async page =>
        {
            var panel = new NotesPanel(page);
            await panel.ShouldShowAsync(NotesPanel.Welcome);
            await Expect(page.Locator(".berth-notes li")).ToHaveCSSAsync("border-left-color", "rgb(246, 196, 69)");
            await visit.ShouldStayInPlaceAsync();
            visit.Files.ShouldNotContain(file => file.Url.Contains("note-editor", StringComparison.Ordinal), "the editor's chunk is lazy");
            await panel.OpenEditorAsync();

            await visit.ShouldHaveFetchedFilesOfAsync($"{user.Id}_Notes");
            visit.Files.Select(file => NameWithoutHash(file.Url)).ShouldBe(expected, ignoreOrder: true);
            visit.Errors.ShouldBeEmpty();
        });
    }

    [Fact]
    public async Task A_second_visit_fetches_no_file_again()
    {
        var (_, application) = await site.WelcomeAsync("Notes", "1.1.0", sameOrigin: true);
        await using var _1 = application;
        await using var visit = await site.VisitAsync(application.PageOf("Notes", "NotesPanel"));
        await visit.SeeAsync(async page =>
        {
            await new NotesPanel(page).ShouldShowAsync(NotesPanel.Welcome);
            await Expect(page.Locator(".berth-notes-markdown strong")).ToBeVisibleAsync();
            var fetched = application.Forwarded.Count(IsFile);
            fetched.ShouldBeGreaterThan(0);

            await page.GotoAsync(page.Url);
            await Expect(page.Locator(".berth-notes-markdown strong")).ToBeVisibleAsync();
            application.Forwarded.Count(IsFile).ShouldBe(fetched);
        });
    }

    [Fact]
    public async Task Two_users_see_their_own_versions_and_their_own_notes()
    {
        var (_, older) = await site.WelcomeAsync("Notes", "1.0.0");
        var (_, newer) = await site.WelcomeAsync("Notes", "1.1.0");
        await using var _1 = older;
        await using var _2 = newer;
        await using var olderVisit = await site.VisitAsync(older.PageOf("Notes", "NotesPanel"));
        await using var newerVisit = await site.VisitAsync(newer.PageOf("Notes", "NotesPanel"));
        await olderVisit.SeeAsync(async page =>
        {
            var panel = new NotesPanel(page);
            await panel.WriteAsync("For my eyes only", "Nobody else reads this.");
            await Expect(panel.Titles).ToHaveCountAsync(2);
            await Expect(panel.Button($"Pin {NotesPanel.Welcome}")).ToHaveCountAsync(0);
        });
        await newerVisit.SeeAsync(async page =>
        {
            await page.ReloadAsync();
            var panel = new NotesPanel(page);
            await panel.ShouldShowAsync(NotesPanel.Welcome);
            await Expect(panel.Button($"Pin {NotesPanel.Welcome}")).ToHaveAttributeAsync("aria-pressed", "true");
            await Expect(panel.Button("#welcome")).ToHaveCSSAsync("background-color", "rgb(246, 196, 69)");
        });
    }

    [Fact]
    public async Task A_refused_note_stays_in_its_form_with_the_reason()
    {
        var (_, application) = await site.WelcomeAsync("Notes", "1.1.0");
        await using var _1 = application;
        await using var visit = await site.VisitAsync(application.PageOf("Notes", "NotesPanel"));
        await visit.SeeAsync(async page =>
        {
            var panel = new NotesPanel(page);
            await panel.WriteAsync("   ", "A text that took long to write.");
            await Expect(panel.Reasons).ToHaveTextAsync("A note has a title.");
            await Expect(panel.Editor.GetByLabel("Text")).ToHaveValueAsync("A text that took long to write.");
            await panel.ShouldShowAsync(NotesPanel.Welcome);
        });
    }

    [Fact]
    public async Task Markdown_of_a_note_brings_no_script_into_the_page()
    {
        var (_, application) = await site.WelcomeAsync("Notes", "1.1.0");
        await using var _1 = application;
        // Without the page's policy, nothing but the panel's own cleaning stands in the way.
        await using var visit = await site.VisitAsync(application.PageOf("Notes", "NotesPanel"), withoutPolicy: true);
        await visit.SeeAsync(async page =>
        {
            var alerts = new ConcurrentQueue<string>();
            page.Dialog += async (_, dialog) =>
            {
                alerts.Enqueue(dialog.Message);
                await dialog.DismissAsync();
            };
            var panel = new NotesPanel(page);
            await panel.WriteAsync("Hostile", "*harmless* <img src=/favicon.ico onerror=alert(1)> <svg onload=alert(2)></svg> <b onclick=alert(3)>bold</b> [link](javascript:alert(4))");
            var text = page.Locator("li", new() { HasText = "Hostile" }).Locator(".berth-notes-markdown");
            await text.Locator("b").ClickAsync();
            await text.GetByText("link").ClickAsync();
            await Expect(text.Locator("em")).ToHaveTextAsync("harmless");
            await Expect(text.Locator("[onerror], [onload], [onclick], [href^='javascript:']")).ToHaveCountAsync(0);
            alerts.ShouldBeEmpty();
            visit.Errors.ShouldBeEmpty();
        });
    }

    private static bool IsFile(string path) => path.StartsWith("/api/v1/public/plugins/", StringComparison.Ordinal);

    /// <summary>js/notes-panel.4847adbf3f7d.js → notes-panel.js</summary>
    private static string NameWithoutHash(string address)
    {
        var parts = Path.GetFileName(new Uri(address).AbsolutePath).Split('.');
        return $"{parts[0]}.{parts[^1]}";
    }
}
