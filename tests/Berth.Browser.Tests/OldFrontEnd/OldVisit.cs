using Berth.Server.Tests;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Berth.Browser.Tests.OldFrontEnd;

/// <summary>A user's visit to an application from before Berth.</summary>
internal sealed class OldVisit(Visit visit, TestUser user, string address) : IAsyncDisposable
{
    // The style sheet's font and picture, loaded as the browser needs them.
    private const string Dressed = """
        async () => {
          await document.fonts.load('16px "Postcard Hand"');
          const picture = new Image();
          picture.src = getComputedStyle(document.querySelector('.postcard-back')).backgroundImage.slice(5, -2);
          await picture.decode();
          return [...document.fonts].every((font) => font.status === 'loaded') && picture.naturalWidth > 0;
        }
        """;

    public IPage Page => visit.Page;

    public Visit Visit => visit;

    public ILocator Alerts => Page.GetByRole(AriaRole.Alert);

    public ILocator Back => Module("Postcards Postcard").Locator(".postcard-back");

    public Task SeeAsync(Func<IPage, Task> look, [System.Runtime.CompilerServices.CallerMemberName] string test = "") => visit.SeeAsync(look, test);

    /// <summary>Opens the page, or opens it anew in the same profile; returns when every plugin was loaded or complained of.</summary>
    public async Task OpenAsync(string view = "")
    {
        await Page.GotoAsync(new UriBuilder(address) { Path = view }.Uri.AbsoluteUri);
        await Expect(Page.Locator("main[data-state=open]")).ToBeAttachedAsync();
    }

    public ILocator Module(string name) => Page.GetByRole(AriaRole.Region, new() { Name = name, Exact = true });

    public Task TurnAsync() => Page.GetByRole(AriaRole.Button, new() { Name = "Turn the card" }).ClickAsync();

    /// <summary>Both modules and the lazy chunk with its style come from this version.</summary>
    public async Task ShouldShowPostcardsAsync(string version)
    {
        await Expect(Module("Postcards Postcard").Locator("h3")).ToHaveTextAsync($"Greetings from {version}");
        await Expect(Module("Postcards Stamp")).ToHaveTextAsync($"Stamp of {version}, 85 cents");
        await TurnAsync();
        await ShouldShowBackAsync(version);
        (await FilesOfVersionAsync()).ShouldNotBeEmpty();
    }

    /// <summary>The lazy chunk and its style sheet come from this version, and the style sheet's font and picture came with it.</summary>
    public async Task ShouldShowBackAsync(string version)
    {
        await Expect(Back).ToHaveTextAsync($"Written on the back of {version}");
        await Expect(Back).ToHaveCSSAsync("border-left-color", version == "1.0.0" ? "rgb(176, 48, 32)" : "rgb(32, 72, 160)");
        (await Page.EvaluateAsync<bool>(Dressed)).ShouldBeTrue("the back has its font and its picture");
    }

    /// <summary>Sends a request as the page's own client does; a refusal is the answer's body with its status.</summary>
    public async Task<JsonElement> SendAsync(string method, string path, object? body = null) =>
        JsonSerializer.Deserialize<JsonElement>(await Page.EvaluateAsync<string>(
            "([method, path, body]) => send(method, path, body ?? undefined).then((answer) => ({ status: 200, answer }), ({ status, answer }) => ({ status, answer })).then(JSON.stringify)",
            new object?[] { method, path, body }));

    /// <summary>No complaint, no answer but 200 and 304, no token in any address, no cookie.</summary>
    public async Task ShouldBeCleanAsync()
    {
        visit.Errors.ShouldBeEmpty();
        visit.Responses.ShouldNotBeEmpty();
        foreach (var response in visit.Responses)
            response.Status.ShouldBeOneOf([200, 304], $"{response.Request.Method} {response.Url}");
        await ShouldKeepSecretsAsync();
    }

    /// <summary>The user's token is in no address and no referrer, and no request of a file carries anything of the user but the capability.</summary>
    public async Task ShouldKeepSecretsAsync()
    {
        foreach (var response in visit.Responses)
        {
            var headers = await response.Request.AllHeadersAsync();
            response.Url.ShouldNotContain("berth_");
            // A style sheet names itself to whom it asks for its font: to nobody but Berth.
            if (headers.TryGetValue("referer", out var referrer) && referrer.Contains('~', StringComparison.Ordinal))
                new Uri(response.Url).Authority.ShouldBe(new Uri(referrer).Authority);
            headers.ShouldNotContainKey("cookie", response.Url);
            if (response.Url.Contains("/public/", StringComparison.Ordinal))
                headers.ShouldNotContainKey("authorization", response.Url);
        }

        (await visit.Context.CookiesAsync()).ShouldBeEmpty();
    }

    public ValueTask DisposeAsync() => visit.DisposeAsync();

    private async Task<IReadOnlyList<string>> FilesOfVersionAsync()
    {
        // The plugin's own chunks, none of React's: the page's share scope has it.
        var files = await Page.EvaluateAsync<string[]>("() => performance.getEntriesByType('resource').map((entry) => entry.name).filter((name) => name.includes('/public/'))");
        files.ShouldAllBe(file => file.Contains($"/api/v1/public/plugins/{user.Id}_Postcards/~") || !file.Contains("Postcards"));
        files.ShouldNotContain(file => file.Contains("node_modules_react", StringComparison.Ordinal));
        return files;
    }
}
