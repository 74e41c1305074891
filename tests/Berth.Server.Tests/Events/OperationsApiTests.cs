using System.Net.Http.Headers;

namespace Berth.Server.Tests.Events;

public sealed class OperationsApiTests(Apis.InstallationsFixture fixture) : IClassFixture<Apis.InstallationsFixture>
{
    private const string Operations = "/api/v1/plugins/operations";
    private readonly TestServer _server = fixture.Server;

    [Fact]
    public async Task An_operation_is_a_resource_of_its_user_alone()
    {
        var (ana, ben) = (await _server.CreateUserAsync(), await _server.CreateUserAsync());
        using var installed = await ana.Client.PostAsJsonAsync("/api/v1/plugins/Echo/install", new { version = "1.0.0" });
        var id = (await installed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("operation_id").GetString();

        var entry = await ana.Client.GetFromJsonAsync<JsonElement>($"{Operations}/{id}");
        entry.GetProperty("kind").GetString().ShouldBe("install");
        entry.GetProperty("plugin_slug").GetString().ShouldBe("Echo");
        entry.GetProperty("state").GetString().ShouldBe("succeeded");
        entry.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("name").GetString()).ShouldContain("commit");
        entry.GetProperty("steps")[0].GetProperty("at").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddHours(-1));
        entry.GetProperty("result").GetProperty("version").GetString().ShouldBe("1.0.0");
        using var others = await ben.Client.GetAsync($"{Operations}/{id}");
        await others.ShouldBeProblemAsync(HttpStatusCode.NotFound, "operation.unknown");
        using var admin = _server.Host();
        (await admin.GetAsync($"{Operations}/{id}")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_failed_operation_says_why()
    {
        var ana = await _server.CreateUserAsync();
        using (await ana.Client.PostAsJsonAsync("/api/v1/plugins/FailsOnInstall/install", new { }))
        {
            // Refused with its reason; the journal has it, too.
        }

        var entry = (await ana.Client.GetFromJsonAsync<JsonElement>($"{Operations}?state=failed")).GetProperty("operations").EnumerateArray().ShouldHaveSingleItem();
        entry.GetProperty("error").GetProperty("code").GetString().ShouldBe("plugin.install_failed");
        entry.GetProperty("error").GetProperty("message").GetString().ShouldNotBeNullOrWhiteSpace();
        entry.GetProperty("error").GetProperty("status").GetInt32().ShouldBe(502);
    }

    [Fact]
    public async Task The_list_is_newest_first_filtered_and_goes_page_by_page()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Clock", "1.0.0");
        foreach (var enabled in new[] { false, true, false })
        {
            using (await ana.Client.PatchAsJsonAsync("/api/v1/plugins/Clock", new { enabled }))
            {
                // An operation each.
            }
        }

        var kinds = new List<string>();
        for (var next = $"{Operations}?limit=1&slug=clock"; next is not null;)
        {
            using var response = await ana.Client.GetAsync(next);
            kinds.AddRange((await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("operations").EnumerateArray().Select(one => one.GetProperty("kind").GetString()!));
            next = response.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
        }

        kinds.ShouldBe(["disable", "enable", "disable", "install"]);
        (await ana.Client.GetFromJsonAsync<JsonElement>($"{Operations}?kind=install")).GetProperty("operations").GetArrayLength().ShouldBe(1);
        using var bad = await ana.Client.GetAsync($"{Operations}?cursor=AAAA");
        await bad.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.cursor");
    }

    [Fact]
    public async Task Who_does_not_wait_gets_202_at_once_and_follows_the_steps_to_the_end()
    {
        var ana = await _server.CreateUserAsync();
        using var accepted = await SendAsync(ana, HttpMethod.Post, "/api/v1/plugins/Echo/install", """{"version":"1.0.0"}""");
        accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        accepted.Headers.GetValues("Preference-Applied").ShouldBe(["respond-async"]);
        var location = accepted.Headers.Location!.ToString();
        location.ShouldStartWith(Operations + "/");
        location.ShouldEndWith((await accepted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("operation_id").GetString()!);

        await using var reader = await EventReader.OpenAsync(ana.Client, location);
        var steps = new List<string>();
        (string Name, JsonElement Data) item;
        while ((item = (await reader.NextAsync()).ShouldNotBeNull()).Name == "step")
            steps.Add(item.Data.GetProperty("name").GetString()!);
        steps.ShouldBe(["begin", "fetch", "load", "install", "commit"], ignoreOrder: false);
        item.Name.ShouldBe("end");
        item.Data.GetProperty("state").GetString().ShouldBe("succeeded");
        (await reader.NextAsync()).ShouldBeNull();

        await using (var resumed = await EventReader.OpenAsync(ana.Client, location, "3"))
            (await resumed.DataAsync()).GetProperty("name").GetString().ShouldBe("install", "the first three were seen");
        using var request = new HttpRequestMessage(HttpMethod.Get, location) { Headers = { { "Last-Event-ID", "end" }, { "Accept", "text/event-stream" } } };
        using var over = await ana.Client.SendAsync(request);
        over.StatusCode.ShouldBe(HttpStatusCode.NoContent, "an EventSource must not come back");
    }

    [Fact]
    public async Task Update_rollback_and_uninstall_need_not_be_waited_for_either()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Echo", "1.0.0");
        foreach (var (method, path, version) in new[] { (HttpMethod.Post, "/update", "1.1.0"), (HttpMethod.Post, "/rollback", "1.0.0"), (HttpMethod.Delete, "", "") })
        {
            using var accepted = await SendAsync(ana, method, "/api/v1/plugins/Echo" + path, "{}");
            accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted, path);
            await using var reader = await EventReader.OpenAsync(ana.Client, accepted.Headers.Location!.ToString(), "999");
            var (name, end) = (await reader.NextAsync()).ShouldNotBeNull();
            name.ShouldBe("end");
            end.GetProperty("state").GetString().ShouldBe("succeeded", path);
        }

        (await ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/")).GetProperty("plugins").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task What_is_refused_before_it_begins_is_said_at_once()
    {
        var ana = await _server.CreateUserAsync();
        using var refused = await SendAsync(ana, HttpMethod.Post, "/api/v1/plugins/NoSuchPlugin/install", "{}");
        refused.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        refused.Headers.Contains("Preference-Applied").ShouldBeFalse();
    }

    private static Task<HttpResponseMessage> SendAsync(TestUser user, HttpMethod method, string path, string body) => user.Client.SendAsync(new HttpRequestMessage(method, path)
    {
        Headers = { { "Prefer", "respond-async, wait=5" } },
        Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
    });
}
