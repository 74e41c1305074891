namespace Berth.Server.Tests.Apis;

/// <summary>What a published plugin is called and how it is listed.</summary>
public sealed class CatalogApiTests(CatalogApiTests.Shared shared) : IClassFixture<CatalogApiTests.Shared>
{
    private readonly TestServer _server = shared.Server;

    [Theory]
    [InlineData("search")]
    [InlineData("Manifest")]
    [InlineData("system")]
    [InlineData("available")]
    [InlineData("updates")]
    [InlineData("install")]
    public async Task R62_A_slug_that_a_route_would_hide_cannot_be_published(string slug)
    {
        var package = TestPackages.FrontEnd(slug);
        using (var put = await PutAsync(slug, "1.0.0", package))
            await put.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "slug.reserved");
        using var validated = await _server.Registry().PostAsync("/api/v1/validate", new ByteArrayContent(package));
        await validated.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "slug.reserved");
    }

    [Fact]
    public async Task R62_Every_word_of_the_addresses_is_reserved_or_works_as_a_slug()
    {
        var paths = new List<string>();
        foreach (var client in new[] { _server.Host(), _server.Registry() })
        {
            var document = await client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
            paths.AddRange(document.GetProperty("paths").EnumerateObject().Select(path => path.Name));
        }

        var words = paths.Where(path => path.Contains("/plugins/", StringComparison.Ordinal))
            .Select(path => path[(path.IndexOf("/plugins/", StringComparison.Ordinal) + 9)..].Split('/')[0])
            .Where(word => word.Length > 0 && word[0] != '{').Distinct().ToList();
        words.ShouldContain("search");
        foreach (var word in words)
        {
            using var response = await PutAsync(word, "1.0.0", TestPackages.FrontEnd(word));
            await response.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "slug.reserved");
        }
    }

    [Theory]
    [InlineData("ThrowsInStop")]
    [InlineData("Reflective")]
    [InlineData("Hosted")]
    public async Task R29_No_code_of_a_package_runs_when_it_is_validated_or_published(string slug)
    {
        // No other test of this project loads these.
        var package = Golden.Package(slug);
        (await _server.Registry().PostAsync("/api/v1/validate", new ByteArrayContent(package))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PutAsync(slug, "1.0.0", package)).StatusCode.ShouldBe(HttpStatusCode.Created);
        AppDomain.CurrentDomain.GetAssemblies().ShouldNotContain(assembly => assembly.GetName().Name == slug);
        (await _server.Host().GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/instances")).GetProperty("instances").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_list_goes_page_by_page_by_its_link_and_keeps_its_question()
    {
        var category = $"c{Guid.NewGuid():N}";
        for (var i = 0; i < 3; i++)
        {
            var slug = $"P{Guid.NewGuid():N}";
            (await PutAsync(slug, "1.0.0", TestPackages.FrontEnd(slug, "1.0.0", new { category }))).StatusCode.ShouldBe(HttpStatusCode.Created);
        }

        var seen = new List<string>();
        var next = $"/api/v1/plugins?category={category}&limit=1";
        while (next is not null && seen.Count < 10)
        {
            using var response = await _server.Registry().GetAsync(next);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            seen.AddRange((await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("plugins").EnumerateArray().Select(plugin => plugin.GetProperty("slug").GetString()!));
            next = response.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
        }

        seen.Distinct().Count().ShouldBe(3);
        seen.Count.ShouldBe(3);
    }

    private async Task<HttpResponseMessage> PutAsync(string slug, string version, byte[] package) =>
        await _server.Registry().PutAsync($"/api/v1/plugins/{slug}/{version}", new ByteArrayContent(package));

    public sealed class Shared : ServerFixture;
}
