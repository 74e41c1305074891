using System.Net;
using System.Text.Json;
using Berth.Cli.Dev;
using Berth.Cli.Http;
using Berth.Cli.Output;
using Berth.Packaging.Archive;

namespace Berth.Cli.Tests.Dev;

public sealed class DevPageTests : IAsyncLifetime, IDisposable
{
    private readonly CliRun _cli = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private ScriptedServer _host = null!;
    private DevPage _page = null!;

    public async Task InitializeAsync()
    {
        _host = await ScriptedServer.StartAsync();
        _page = DevPage.Start(new ApiConnection(_http, new Uri(_host.Address), "berth_pat_developer", null, TimeSpan.FromSeconds(30)), port: 0);
    }

    public async Task DisposeAsync()
    {
        await _page.DisposeAsync();
        await _host.DisposeAsync();
    }

    public void Dispose()
    {
        _http.Dispose();
        _cli.Dispose();
    }

    [Fact]
    public async Task The_page_needs_nothing_of_anybody_else_and_its_policy_says_so()
    {
        foreach (var path in new[] { "/", "/dev.js", "/dev.css", "/state.json" })
        {
            using var answer = await _http.GetAsync(_page.Address + path);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            policy.ShouldContain("default-src 'none'; script-src 'self'; style-src 'self'");
            policy.ShouldNotContain("unsafe");
        }

        (await _http.GetStringAsync(_page.Address + "/")).ShouldNotContain("://");
    }

    [Fact]
    public async Task A_swap_tells_the_pages_that_are_open()
    {
        using var stream = new StreamReader(await _http.GetStreamAsync(_page.Address + "/events"));
        (await stream.ReadLineAsync()).ShouldBe("event: version");

        _page.Swap(await PackageAsync());

        string? line;
        do
        {
            line = await stream.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2));
        }
        while (line is not "event: swapped");
        (await stream.ReadLineAsync()).ShouldBe("data: 1.0.0");
        (await StateAsync()).GetProperty("version").GetString().ShouldBe("1.0.0");
    }

    [Fact]
    public async Task A_failure_is_shown_until_it_is_right_again_and_the_version_stays()
    {
        _page.Swap(await PackageAsync());
        _page.Fail(new CommandFailedException(ExitCode.Failed, "client.dev.build", "It does not build.", reasons: [new FailureReason("build", "CS1002")]));
        var failed = await StateAsync();
        failed.GetProperty("version").GetString().ShouldBe("1.0.0");
        failed.GetProperty("failure").GetProperty("reasons")[0].GetString().ShouldBe("CS1002");
        _page.Recover();
        (await StateAsync()).GetProperty("failure").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Requests_to_the_plugin_are_handed_on_as_the_developer_and_no_others()
    {
        _page.Swap(await PackageAsync());
        _host.On("GET", "/p/Notes/list", 200, """{"notes":[]}""");
        _host.On("GET", "/api/v1/public/plugins/Notes/dist/main.js", 200, "export default 1;", "text/javascript");

        (await _http.GetStringAsync(_page.Address + "/p/Notes/list?limit=5")).ShouldBe("""{"notes":[]}""");
        (_host.Last.Query, _host.Last.Headers.Authorization.ToString()).ShouldBe(("?limit=5", "Bearer berth_pat_developer"));
        (await _http.GetStringAsync(_page.Address + "/files/dist/main.js")).ShouldBe("export default 1;");
        var seen = _host.Requests.Count;
        foreach (var path in new[] { "/api/v1/admin/users", "/p/Other/list", "/files/../../admin/users", "/p/Notes/../../api/v1/admin/users" })
        {
            using var answer = await _http.GetAsync(_page.Address + path);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }

        _host.Requests.Count.ShouldBe(seen);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Host", "evil.example")]
    public async Task Another_site_cannot_act_as_the_developer(string name, string value)
    {
        _page.Swap(await PackageAsync());
        _host.On("POST", "/p/Notes/list", 200, "{}");
        using var request = new HttpRequestMessage(HttpMethod.Post, _page.Address + "/p/Notes/list");
        request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();

        using var answer = await _http.SendAsync(request);

        answer.IsSuccessStatusCode.ShouldBeFalse();
        _host.Requests.ShouldNotContain(seen => seen.Path == "/p/Notes/list");
    }

    private async Task<JsonElement> StateAsync() => JsonSerializer.Deserialize<JsonElement>(await _http.GetStringAsync(_page.Address + "/state.json"));

    private async Task<Package> PackageAsync()
    {
        await using var bytes = File.OpenRead(await PluginFolder.PackAsync(_cli));
        return (await PackageReader.ReadAsync(bytes, PackageLimits.Default, default)).Package.ShouldNotBeNull();
    }
}
