namespace Berth.Server.Tests.Apis;

/// <summary>Search, figures and texts over HTTP.</summary>
public sealed class SearchApiTests(SearchApiTests.Shared shared) : IClassFixture<SearchApiTests.Shared>
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task A_search_answers_plugins_their_count_and_facets()
    {
        var word = $"w{Guid.NewGuid():N}"[..12];
        await PublishAsync($"{word}-one", new { description = $"about {word}", category = $"c{word}", keywords = new[] { word } });
        await PublishAsync($"{word}-two", new { description = $"about {word}", displayName = "Other" });

        var answer = await GetAsync($"/api/v1/plugins/search?q={word}&limit=1");
        answer.GetProperty("total_count").GetInt32().ShouldBe(2);
        answer.GetProperty("next_cursor").GetString().ShouldNotBeNull();
        var plugin = answer.GetProperty("plugins").EnumerateArray().ShouldHaveSingleItem();
        foreach (var name in new[] { "slug", "display_name", "description", "latest_version", "version", "category", "type", "author", "icon", "keywords", "trust_level", "digest", "size", "yanked", "downloads", "manifest", "published_at", "updated_at", "deprecated", "verified_publisher" })
            plugin.TryGetProperty(name, out _).ShouldBeTrue(name);
        plugin.GetProperty("manifest").GetProperty("name").GetString().ShouldBe(plugin.GetProperty("slug").GetString());
        answer.GetProperty("facets").GetProperty("type")[0].GetProperty("count").GetInt32().ShouldBe(2);
        answer.GetProperty("facets").GetProperty("trust")[0].GetProperty("value").GetString().ShouldBe("internal");

        (await GetAsync($"/api/v1/plugins?category=c{word}")).GetProperty("plugins").GetArrayLength().ShouldBe(1);
        (await GetAsync($"/api/v1/plugins?keyword={word}&sort=popular")).GetProperty("plugins").GetArrayLength().ShouldBe(1);
        using var wrong = await _server.Registry().GetAsync("/api/v1/plugins?sort=best");
        await wrong.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.query");
    }

    [Fact]
    public async Task Downloads_are_counted_once_for_each_user_and_shown_by_version_and_day()
    {
        var slug = $"D{Guid.NewGuid():N}"[..20];
        await PublishAsync(slug, new { });
        var ada = await _server.CreateUserAsync();
        var bob = await _server.CreateUserAsync();
        foreach (var token in new[] { ada.Token, ada.Token, bob.Token })
            (await _server.Registry(token).GetAsync($"/api/v1/plugins/{slug}/1.0.0/download")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using (var crawler = _server.Registry((await _server.CreateUserAsync()).Token))
        {
            crawler.DefaultRequestHeaders.UserAgent.ParseAdd("ExampleBot/2.0");
            (await crawler.GetAsync($"/api/v1/plugins/{slug}/1.0.0/download")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        var stats = default(JsonElement);
        await Eventually.TrueAsync(async () => (stats = await GetAsync($"/api/v1/plugins/{slug}/stats")).GetProperty("downloads").GetInt64() >= 2, "the counts to be written");
        stats.GetProperty("downloads").GetInt64().ShouldBe(2);
        stats.GetProperty("days")[0].GetProperty("count").GetInt64().ShouldBe(2);
        stats.GetProperty("versions")[0].GetProperty("version").GetString().ShouldBe("1.0.0");
        stats.GetProperty("versions")[0].GetProperty("days")[0].GetProperty("day").GetString().ShouldBe(shared.Time.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        (await GetAsync($"/api/v1/plugins/{slug}/stats?from=2020-01-01&to=2020-02-01")).GetProperty("downloads_in_range").GetInt64().ShouldBe(0);
        (await GetAsync($"/api/v1/plugins?q={slug}")).GetProperty("plugins")[0].GetProperty("downloads").GetInt64().ShouldBe(2);

        var all = await GetAsync("/api/v1/stats");
        all.GetProperty("downloads").GetInt64().ShouldBeGreaterThanOrEqualTo(2);
        all.GetProperty("recent").EnumerateArray().Select(plugin => plugin.GetProperty("slug").GetString()).ShouldContain(slug);
        all.GetProperty("popular")[0].GetProperty("downloads").GetInt64().ShouldBeGreaterThan(0);
        foreach (var range in new[] { "from=x", "from=2026-02-02&to=2026-01-01", "from=1000-01-01", "to=0001-01-01&from=0002-01-01" })
        {
            using var response = await _server.Registry().GetAsync($"/api/v1/stats?{range}");
            await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.query");
        }
    }

    [Fact]
    public async Task A_readme_is_shown_without_its_scripts_and_with_its_pictures()
    {
        var slug = $"R{Guid.NewGuid():N}"[..20];
        var picture = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
        await PublishAsync(slug, new { }, ("README.md", "# Hello\n<script>alert(1)</script>\n\n![map](assets/map.svg)"), ("assets/map.svg", picture), ("src/secret.svg", picture));

        using var page = await _server.Registry().GetAsync($"/api/v1/plugins/{slug}/1.0.0/readme");
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        page.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("default-src 'none'");
        var html = await page.Content.ReadAsStringAsync();
        html.ShouldContain("<h1>Hello</h1>");
        html.ShouldNotContain("<script");
        html.ShouldContain("src=\"files/assets/map.svg\"");

        using var shown = await _server.Registry().GetAsync($"/api/v1/plugins/{slug}/1.0.0/files/assets/map.svg");
        (await shown.Content.ReadAsStringAsync()).ShouldBe(picture);
        shown.Content.Headers.ContentType!.MediaType.ShouldBe("image/svg+xml");
        shown.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("sandbox");
        foreach (var path in new[] { "src/secret.svg", "plugin.json", "dist/remoteEntry.js", "assets/none.png", "assets/..%2fplugin.json" })
            (await _server.Registry().GetAsync($"/api/v1/plugins/{slug}/1.0.0/files/{path}")).StatusCode.ShouldBe(HttpStatusCode.NotFound, path);

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/plugins/{slug}/1.0.0/readme");
        request.Headers.TryAddWithoutValidation("If-None-Match", page.Headers.ETag!.Tag);
        (await _server.Registry().SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.NotModified);
        using var missing = await _server.Registry().GetAsync($"/api/v1/plugins/{slug}/1.0.0/changelog");
        await missing.ShouldBeProblemAsync(HttpStatusCode.NotFound, "text.unknown");
    }

    private Task PublishAsync(string slug, object members, params (string, string)[] files) => _server.PublishAsync(TestPackages.FrontEnd(slug, "1.0.0", members, files));

    private async Task<JsonElement> GetAsync(string path) => await _server.Registry().GetFromJsonAsync<JsonElement>(path);

    public sealed class Shared : ServerFixture
    {
        /// <summary>Near noon, so that no day ends in the middle of a test.</summary>
        public ManualTime Time { get; } = new();

        protected override void Configure(WebApplicationBuilder builder)
        {
            Time.Advance(TimeSpan.FromHours(12) - Time.GetUtcNow().TimeOfDay);
            builder.Services.AddSingleton<TimeProvider>(Time);
        }
    }
}
