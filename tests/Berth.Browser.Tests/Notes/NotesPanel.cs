using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Berth.Browser.Tests.Notes;

/// <summary>The panel as its user sees it.</summary>
internal sealed class NotesPanel(IPage page)
{
    public const string Welcome = "Welcome to Notes";

    public ILocator Titles => page.Locator(".berth-notes h3");

    public ILocator Editor => page.GetByRole(AriaRole.Form, new() { Name = "New note" });

    public ILocator Reasons => page.GetByRole(AriaRole.Alert);

    public Task ShouldShowAsync(params string[] titles) => Expect(Titles).ToHaveTextAsync(titles);

    public async Task OpenEditorAsync()
    {
        await Button("New note").ClickAsync();
        await Expect(Editor).ToBeVisibleAsync();
    }

    public async Task WriteAsync(string title, string text)
    {
        await OpenEditorAsync();
        await Editor.GetByLabel("Title").FillAsync(title);
        await Editor.GetByLabel("Text").FillAsync(text);
        await Editor.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
    }

    public Task SearchAsync(string words) => page.GetByRole(AriaRole.Searchbox).FillAsync(words);

    public ILocator Button(string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}
