namespace Berth.Server.Tests.Apis;

/// <summary>Dependencies, pins and channels over HTTP.</summary>
public sealed class PlanningApiTests(PlanningFixture shared) : IClassFixture<PlanningFixture>
{
    private const string V1 = "/api/v1/plugins";
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task R28_an_install_takes_along_what_it_needs_and_an_uninstall_is_refused_until_asked_to_take_dependents()
    {
        var ana = await _server.CreateUserAsync();
        var plan = (await JsonAsync(await ana.Client.GetAsync($"{V1}/Dials/plan"))).GetProperty("data").GetProperty("plan");
        plan.GetProperty("dependencies")[0].GetProperty("reason").GetString().ShouldBe("needed by Dials 1.0.0 (^1.0.0)");
        plan.GetProperty("explanations").GetArrayLength().ShouldBe(1);

        var data = (await JsonAsync(await ana.Client.PostAsync($"{V1}/Dials/install", null), HttpStatusCode.Created)).GetProperty("data");
        data.GetProperty("dependencies_installed")[0].GetString().ShouldBe("Base");
        data.GetProperty("members")[0].GetProperty("version").GetString().ShouldBe("1.1.0");

        using var refused = await ana.Client.DeleteAsync($"{V1}/Base");
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("Dials 1.0.0");
        await JsonAsync(await ana.Client.DeleteAsync($"{V1}/Base?dependents=true"));
        (await ana.Client.GetFromJsonAsync<JsonElement>($"{V1}/")).GetProperty("plugins").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task R23_list_look_up_and_update_agree_on_channel_and_pin()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Base", "1.0.0");
        (await LatestAsync(ana.Client)).ShouldBe("1.1.0");

        var changed = (await JsonAsync(await ana.Client.PatchAsJsonAsync($"{V1}/Base", new { channel = "beta" }))).GetProperty("data");
        changed.GetProperty("channel").GetString().ShouldBe("beta");
        (await LatestAsync(ana.Client)).ShouldBe("2.0.0-beta.1");
        await JsonAsync(await ana.Client.PatchAsJsonAsync($"{V1}/Base", new { pinned = "1.0" }));
        (await LatestAsync(ana.Client)).ShouldBeNull();
        using var refused = await ana.Client.PostAsync($"{V1}/Base/update", null);
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("version.pinned");

        using var unpinned = await ana.Client.PatchAsync($"{V1}/Base", new StringContent("""{"pinned":null}""", Encoding.UTF8, "application/json"));
        unpinned.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await JsonAsync(await ana.Client.PostAsync($"{V1}/Base/update", null))).GetProperty("data").GetProperty("new_version").GetString().ShouldBe("2.0.0-beta.1");
    }

    [Fact]
    public async Task Pins_of_the_site_are_an_administrators()
    {
        using var admin = _server.Host();
        var ana = await _server.CreateUserAsync();
        (await ana.Client.PutAsJsonAsync($"{V1}/system/pins/Gauge", new { pin = "^1" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await admin.GetAsync($"{V1}/system/pins/Gauge")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await admin.PutAsJsonAsync($"{V1}/system/pins/Gauge", new { pin = "so so" })).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);

        (await JsonAsync(await admin.PutAsJsonAsync($"{V1}/system/pins/Gauge", new { pin = "^1", reason = "2 is not looked at yet" }))).GetProperty("pin").GetString().ShouldBe("^1");

        (await admin.GetFromJsonAsync<JsonElement>($"{V1}/system/pins/")).GetProperty("pins").EnumerateArray().Single().GetProperty("reason").GetString().ShouldBe("2 is not looked at yet");
        (await admin.DeleteAsync($"{V1}/system/pins/gauge")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await admin.DeleteAsync($"{V1}/system/pins/gauge")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"pinned":7}""")]
    [InlineData("""{"enabled":"yes"}""")]
    [InlineData("""{"channel":null}""")]
    public async Task A_patch_that_says_nothing_or_nonsense_is_refused(string body)
    {
        var ana = await _server.CreateUserAsync();
        using var response = await ana.Client.PatchAsync($"{V1}/Base", new StringContent(body, Encoding.UTF8, "application/json"));
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static async Task<string?> LatestAsync(HttpClient client)
    {
        var shown = (await client.GetFromJsonAsync<JsonElement>($"{V1}/")).GetProperty("plugins")[0];
        var updates = (await client.GetFromJsonAsync<JsonElement>($"{V1}/Base/update/available")).GetProperty("data").GetProperty("available_updates");
        var offered = updates.GetArrayLength() == 0 ? null : updates[0].GetProperty("latest_version").GetString();
        shown.GetProperty("latestVersion").GetString().ShouldBe(offered);
        shown.GetProperty("updateAvailable").GetBoolean().ShouldBe(offered is not null);
        return offered;
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response, HttpStatusCode status = HttpStatusCode.OK)
    {
        using (response)
        {
            response.StatusCode.ShouldBe(status, await response.Content.ReadAsStringAsync());
            return await response.Content.ReadFromJsonAsync<JsonElement>();
        }
    }
}
