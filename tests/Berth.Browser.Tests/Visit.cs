using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Playwright;

namespace Berth.Browser.Tests;

/// <summary>A page in a browser profile of its own, with what it fetched and what it complained of.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentQueue<IResponse> _responses = new();

    public Visit(IBrowserContext context, IPage page)
    {
        Context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                _errors.Enqueue(message.Text);
        };
        page.PageError += (_, error) => _errors.Enqueue(error);
        page.RequestFailed += (_, request) => _errors.Enqueue($"{request.Url}: {request.Failure}");
        page.Response += (_, response) => _responses.Enqueue(response);
    }

    /// <summary>The profile: what it keeps outlives a page.</summary>
    public IBrowserContext Context { get; }

    public IPage Page { get; }

    /// <summary>All answers, in order.</summary>
    public IReadOnlyCollection<IResponse> Responses => _responses;

    /// <summary>Errors in the console (refusals of the page's policy among them), uncaught ones, and requests without an answer.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    /// <summary>Answers with plugins' files.</summary>
    public IReadOnlyList<IResponse> Files => [.. _responses.Where(response => response.Url.Contains("/api/v1/public/plugins/", StringComparison.Ordinal))];

    /// <summary>Acts and looks; a test that fails here leaves a picture of the page in the folder <c>screenshots</c> beside the tests.</summary>
    public async Task SeeAsync(Func<IPage, Task> look, [CallerMemberName] string test = "")
    {
        try
        {
            await look(Page);
        }
        catch (Exception exception)
        {
            var picture = Path.Combine(AppContext.BaseDirectory, "screenshots", $"{test}.png");
            await Page.ScreenshotAsync(new() { Path = picture, FullPage = true });
            throw new InvalidOperationException($"{exception.Message}\nThe page: {picture}\nIts errors: {string.Join("\n  ", Errors.DefaultIfEmpty("none"))}", exception);
        }
    }

    /// <summary>Each file came with 200, through the capability segment of this plugin id, to be kept for good.</summary>
    public async Task ShouldHaveFetchedFilesOfAsync(string pluginId)
    {
        Files.ShouldNotBeEmpty();
        foreach (var file in Files)
        {
            file.Status.ShouldBe(200, file.Url);
            new Uri(file.Url).AbsolutePath.ShouldStartWith($"/api/v1/public/plugins/{pluginId}/~");
            (await file.HeaderValueAsync("cache-control")).ShouldNotBeNull().ShouldContain("immutable", customMessage: file.Url);
        }
    }

    /// <summary>What the plugin shows lies inside the place that the page gave it.</summary>
    public async Task ShouldStayInPlaceAsync()
    {
        var place = await Page.Locator("#place").BoundingBoxAsync();
        var shown = await Page.Locator("#place > *").BoundingBoxAsync();
        place.ShouldNotBeNull();
        shown.ShouldNotBeNull();
        (shown.X + shown.Width, shown.Y + shown.Height).ShouldSatisfyAllConditions(
            corner => corner.Item1.ShouldBeLessThanOrEqualTo(place.X + place.Width),
            corner => corner.Item2.ShouldBeLessThanOrEqualTo(place.Y + place.Height));
    }

    public async ValueTask DisposeAsync() => await Context.DisposeAsync();
}
