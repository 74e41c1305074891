using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Berth.Browser.Tests.CsvCharts;

[Collection(SiteTests.Name)]
public sealed class CsvChartTests(Site site)
{
    // The colour of the first series, counted where it is drawn.
    private const string CountPixels = """
        (canvas) => {
          const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
          copy.drawImage(canvas, 0, 0);
          const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
          let count = 0;
          for (let i = 0; i < data.length; i += 4)
            if (data[i] === 0x00 && data[i + 1] === 0x72 && data[i + 2] === 0xb2 && data[i + 3] === 0xff) count++;
          return count;
        }
        """;

    [Fact]
    public async Task An_ES_module_draws_the_CSV_behind_an_address()
    {
        var (user, application) = await site.WelcomeAsync("CsvCharts", "1.0.0");
        await using var _ = application;
        await using var visit = await site.VisitAsync(application.PageOf("CsvCharts", "CsvChart", new { title = "Visits", url = "/visits.csv" }));
        await visit.SeeAsync(async page =>
        {
            await Expect(page.GetByRole(AriaRole.Img)).ToHaveAccessibleNameAsync("line chart of visits, orders over month, 6 rows");
            await Expect(page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Visits");
            (await PixelsAsync(page)).ShouldBeGreaterThan(200);
            await visit.ShouldStayInPlaceAsync();

            await visit.ShouldHaveFetchedFilesOfAsync($"{user.Id}_CsvCharts");
            visit.Files.ShouldHaveSingleItem().Url.ShouldEndWith("/dist/csv-charts.js");
            visit.Errors.ShouldBeEmpty();
        });
    }

    [Fact]
    public async Task A_reader_pastes_a_CSV_and_chooses_bars()
    {
        var (_, application) = await site.WelcomeAsync("CsvCharts", "1.0.0");
        await using var _1 = application;
        await using var visit = await site.VisitAsync(application.PageOf("CsvCharts", "CsvChart"));
        await visit.SeeAsync(async page =>
        {
            await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("There is no CSV yet: paste one, or choose a file.");
            await page.GetByText("Data", new() { Exact = true }).ClickAsync();
            await page.GetByLabel("Or paste a CSV").FillAsync("month,visits\n2026-01,10\n2026-02,14\n");
            await Expect(page.GetByRole(AriaRole.Img)).ToHaveAccessibleNameAsync("line chart of visits over month, 2 rows");
            var line = await PixelsAsync(page);

            await page.GetByRole(AriaRole.Combobox, new() { Name = "Chart", Exact = true }).SelectOptionAsync("Bars");
            await Expect(page.GetByRole(AriaRole.Img)).ToHaveAccessibleNameAsync("bar chart of visits over month, 2 rows");
            (await PixelsAsync(page)).ShouldBeGreaterThan(line * 5);
            visit.Errors.ShouldBeEmpty();
        });
    }

    [Fact]
    public async Task Unmounting_leaves_nothing_in_the_page()
    {
        var (_, application) = await site.WelcomeAsync("CsvCharts", "1.0.0");
        await using var _1 = application;
        await using var visit = await site.VisitAsync(application.PageOf("CsvCharts", "CsvChart", new { url = "/visits.csv" }));
        await visit.SeeAsync(async page =>
        {
            await Expect(page.GetByRole(AriaRole.Img)).ToBeVisibleAsync();
            await page.EvaluateAsync("async () => (await window.shown).unmount()");
            await Expect(page.Locator("#place > *")).ToHaveCountAsync(0);
            visit.Errors.ShouldBeEmpty();
        });
    }

    private static Task<int> PixelsAsync(IPage page) => page.Locator("canvas").EvaluateAsync<int>(CountPixels);
}
