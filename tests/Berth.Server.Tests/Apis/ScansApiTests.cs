using System.Net.Http.Headers;

namespace Berth.Server.Tests.Apis;

public sealed class ScansApiTests(ScansApiTests.Shared shared) : IClassFixture<ScansApiTests.Shared>
{
    private const string Advisory = """{"id":"GHSA-served","modified":"2026-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"left-pad"},"versions":["1.3.0"]}]}""";
    private const string Lock = """{"lockfileVersion":3,"packages":{"node_modules/left-pad":{"version":"1.3.0"}}}""";
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task A_version_shows_what_scanners_said_of_it()
    {
        var slug = await PublishAsync(("dist/more.js", "\n\neval(location.hash)"));

        var page = await _server.Registry().GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{slug}/1.0.0");
        page.GetProperty("scan_report").GetProperty("scanners").EnumerateArray().Select(scanner => scanner.GetProperty("scanner").GetString()).ShouldContain("il");
        page.GetProperty("scan_report").GetProperty("findings").GetProperty("high").GetInt32().ShouldBe(1);

        var scan = await _server.Registry().GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{slug}/1.0.0/scan");
        var finding = scan.GetProperty("scanners").EnumerateArray().Single(scanner => scanner.GetProperty("scanner").GetString() == "scripts").GetProperty("findings")[0];
        (finding.GetProperty("code").GetString(), finding.GetProperty("severity").GetString(), finding.GetProperty("file").GetString(), finding.GetProperty("line").GetInt32())
            .ShouldBe(("scan.scripts.eval", "high", "dist/more.js", 3));
    }

    [Fact]
    public async Task The_scan_of_what_does_not_exist_is_not_found()
    {
        using var response = await _server.Registry().GetAsync("/api/v1/plugins/Nothing/1.0.0/scan");
        await response.ShouldBeProblemAsync(HttpStatusCode.NotFound, "version.unknown");
    }

    [Fact]
    public async Task Advisories_are_imported_and_name_what_is_published()
    {
        using (var imported = await ImportAsync(Advisory))
            (await imported.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("unreadable").GetInt32().ShouldBe(0);
        var slug = await PublishAsync(("package-lock.json", Lock));

        using (var again = await ImportAsync(Advisory.Replace("2026-01-01", "2026-02-01", StringComparison.Ordinal)))
            (await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("imported").GetInt32().ShouldBe(1);

        var affected = (await _server.Registry().GetFromJsonAsync<JsonElement>("/api/v1/advisories/affected?limit=100")).GetProperty("affected").EnumerateArray();
        affected.ShouldContain(line => line.GetProperty("slug").GetString() == slug && line.GetProperty("advisory").GetString() == "GHSA-served");
        (await _server.Registry().GetFromJsonAsync<JsonElement>("/api/v1/advisories?package=left-pad")).GetProperty("advisories").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task What_is_no_advisory_is_refused_with_a_code()
    {
        using var response = await ImportAsync("nonsense");
        await response.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "advisory.content");
    }

    [Fact]
    public async Task A_scan_of_everything_comes_to_an_end()
    {
        await PublishAsync(("dist/more.js", "1"));
        using var dry = await _server.Registry().PostAsJsonAsync("/api/v1/scans?dry_run=true", new { reason = "test" });
        (await dry.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("total").GetInt32().ShouldBeGreaterThan(0);

        using var started = await _server.Registry().PostAsJsonAsync("/api/v1/scans", new { reason = "test" });
        started.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var id = (await started.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();

        await Eventually.TrueAsync(async () => (await _server.Registry().GetFromJsonAsync<JsonElement>($"/api/v1/scans/{id}")).GetProperty("state").GetString() == "ended", "the scan of everything");
    }

    [Fact]
    public async Task An_indicator_is_searched_in_everything()
    {
        var slug = await PublishAsync(("dist/more.js", "1;\nf('needle-in-hay')"));

        using var response = await _server.Registry().PostAsJsonAsync("/api/v1/scans/search", new { kind = "text", value = "needle-in-hay" });

        var hit = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("hits").EnumerateArray().ShouldHaveSingleItem();
        (hit.GetProperty("slug").GetString(), hit.GetProperty("line").GetInt32()).ShouldBe((slug, 2));
    }

    [Fact]
    public async Task An_indicator_is_listed_and_removed()
    {
        using var registry = _server.Registry();
        var value = $"evil-{Guid.NewGuid():N}";
        (await registry.PostAsJsonAsync("/api/v1/scans", new { reason = "test", indicators = new[] { new { kind = "text", value, name = "evil" } } })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var kept = (await ListAsync()).Single(one => one.GetProperty("value").GetString() == value);
        (kept.GetProperty("kind").GetString(), kept.GetProperty("name").GetString(), kept.GetProperty("severity").GetString()).ShouldBe(("text", "evil", "high"));
        var path = $"/api/v1/scans/indicators/{kept.GetProperty("id").GetString()}";
        using var user = _server.Registry((await _server.CreateUserAsync()).Token);
        (await user.DeleteAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        (await registry.DeleteAsync(path + "?dry_run=true")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ListAsync()).ShouldContain(one => one.GetProperty("value").GetString() == value);
        (await registry.DeleteAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await ListAsync()).ShouldNotContain(one => one.GetProperty("value").GetString() == value);
        await (await registry.DeleteAsync(path)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "scan.indicator_unknown");

        async Task<List<JsonElement>> ListAsync() => [.. (await registry.GetFromJsonAsync<JsonElement>("/api/v1/scans/indicators")).GetProperty("indicators").EnumerateArray()];
    }

    [Theory]
    [InlineData("""{"kind":"text","value":"abc"}""")]
    [InlineData("""{"kind":"7","value":"abcdef"}""")]
    [InlineData("""{"kind":"sha256","value":"abcdef"}""")]
    [InlineData("""{}""")]
    public async Task An_indicator_that_cannot_be_looked_for_is_refused(string body)
    {
        using var response = await _server.Registry().PostAsync("/api/v1/scans/search", new StringContent(body, Encoding.UTF8, "application/json"));
        await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "scan.indicator");
    }

    private async Task<HttpResponseMessage> ImportAsync(string content)
    {
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(content)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        return await _server.Registry().PostAsync("/api/v1/advisories", body);
    }

    private async Task<string> PublishAsync(params (string Path, string Content)[] files)
    {
        var slug = "S" + Guid.NewGuid().ToString("N")[..12];
        using var body = new ByteArrayContent(TestPackages.FrontEnd(slug, "1.0.0", null, files));
        using var response = await _server.Registry().PutAsync($"/api/v1/plugins/{slug}/1.0.0", body);
        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        return slug;
    }

    public sealed class Shared : ServerFixture;
}
