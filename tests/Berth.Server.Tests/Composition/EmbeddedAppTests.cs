namespace Berth.Server.Tests.Composition;

/// <summary>The sample application with Berth inside, as a real process, with its own sign-in.</summary>
public sealed class EmbeddedAppTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private ServerProcess _app = null!;
    private string _url = null!;

    public async Task InitializeAsync()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var root = output;
        while (!File.Exists(Path.Combine(root.FullName, "Berth.slnx")))
            root = root.Parent!;
        var assembly = Path.Combine(root.FullName, "samples", "EmbeddedApp", "bin", output.Parent!.Name, output.Name, "EmbeddedApp.dll");
        _app = ServerProcess.Start("dotnet", [assembly, "--urls", "http://127.0.0.1:0", "--Data", Path.Combine(_folder.Path, "data")], _folder.Path);
        _url = await _app.ReadAfterAsync("Now listening on:");
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_application_with_its_own_users_takes_Berth_in()
    {
        using var anonymous = new HttpClient { BaseAddress = new Uri(_url) };
        (await anonymous.GetStringAsync("/")).ShouldBe("A shop with plugins.");
        (await anonymous.GetAsync("/api/v1/plugins/")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await anonymous.GetAsync("/registry/api/v1/plugins")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await anonymous.GetAsync("/nothing-of-berth")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        using var owner = await SignInAsync("owner");
        foreach (var package in new[] { TestPackages.FrontEnd(), Golden.Package("Echo") })
        {
            using var form = new MultipartFormDataContent { { new ByteArrayContent(package), "plugin", "x.berth" } };
            using var published = await owner.PostAsync("/registry/api/v1/plugins", form);
            published.StatusCode.ShouldBe(HttpStatusCode.Created, await published.Content.ReadAsStringAsync());
        }

        using var ana = await SignInAsync("ana");
        foreach (var slug in new[] { "Clock", "Echo" })
        {
            using var installed = await ana.PostAsJsonAsync($"/api/v1/plugins/{slug}/install", new { });
            installed.StatusCode.ShouldBe(HttpStatusCode.Created, await installed.Content.ReadAsStringAsync());
        }

        (await ana.GetStringAsync($"/api/v1/public/plugins/Clock/{TestPackages.Script}")).ShouldBe(TestPackages.ScriptText("Clock", "1.0.0"));
        (await ana.GetStringAsync("/p/Echo/name")).ShouldBe("ana");
        var mine = (await ana.GetFromJsonAsync<JsonElement>("/api/v1/plugins/")).GetProperty("plugins").EnumerateArray().ToList();
        mine.Count.ShouldBe(2);
        var script = mine.Single(plugin => plugin.GetProperty("plugin_slug").GetString() == "Clock");
        var address = $"/api/v1/public/plugins/{script.GetProperty("id").GetString()}/{script.GetProperty("bundlelocation").GetString()}";
        (await anonymous.GetStringAsync(address)).ShouldContain("='1.0.0'");

        using var ben = await SignInAsync("ben");
        (await ben.GetFromJsonAsync<JsonElement>("/api/v1/plugins/")).GetProperty("plugins").GetArrayLength().ShouldBe(0);
        (await ben.GetAsync("/p/Echo/me")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ben.GetAsync($"/api/v1/public/plugins/{script.GetProperty("id").GetString()}/{TestPackages.Script}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ben.GetAsync("/api/v1/plugins/system/stats")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await owner.GetAsync("/api/v1/plugins/system/stats")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_applications_own_routes_stay_as_they_are()
    {
        using var anonymous = new HttpClient { BaseAddress = new Uri(_url) };
        using var home = await anonymous.GetAsync("/");
        home.Headers.Contains("Content-Security-Policy").ShouldBeFalse();
        using var missing = await anonymous.GetAsync("/no/such/page");
        (await missing.Content.ReadAsStringAsync()).ShouldBeEmpty();
    }

    private async Task<HttpClient> SignInAsync(string name)
    {
        var client = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(_url) };
        (await client.PostAsync($"/login/{name}", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        return client;
    }
}
