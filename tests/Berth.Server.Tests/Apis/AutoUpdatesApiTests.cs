using Berth.Server.Configuration;

namespace Berth.Server.Tests.Apis;

/// <summary>A host that looks often, with its registry in the same process: what becomes of those who opted in.</summary>
public sealed class AutoUpdatesApiTests(AutoUpdatesApiTests.Fixture shared) : IClassFixture<AutoUpdatesApiTests.Fixture>
{
    private const string V1 = "/api/v1/plugins";
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task A_newer_version_comes_to_who_opted_in_and_to_nobody_else()
    {
        var (ana, ben) = (await _server.CreateUserAsync(), await _server.CreateUserAsync());
        await _server.PublishAsync(TestPackages.FrontEnd("Comes"));
        await ana.InstallAsync("Comes");
        await ben.InstallAsync("Comes");
        (await StateAsync(ana, "Comes")).ShouldSatisfyAllConditions(
            off => off.GetProperty("state").GetString().ShouldBe("off"), off => off.GetProperty("enabled").GetBoolean().ShouldBeFalse());
        (await SetAsync(ana, "Comes", new { auto_update = true, channel = "stable" })).GetProperty("auto_update").GetBoolean().ShouldBeTrue();

        await _server.PublishAsync(TestPackages.FrontEnd("Comes", "1.1.0"));

        await UntilAsync(ana, "Comes", "updated");
        (await _server.CountAsync("outbox WHERE type = 'berth.installation.updated' AND subject = @id", new { id = $"{ana.Id}_Comes" })).ShouldBe(1);
        (await ana.Client.GetStringAsync("/api/v1/audit")).ShouldContain("\"automatic-update\"");
        (await ana.Client.GetStringAsync(await ana.AddressOfAsync("Comes", TestPackages.Script))).ShouldBe(TestPackages.ScriptText("Comes", "1.1.0"));
        (await ben.Client.GetStringAsync(await ben.AddressOfAsync("Comes", TestPackages.Script))).ShouldBe(TestPackages.ScriptText("Comes", "1.0.0"));
        var info = (await ana.Client.GetFromJsonAsync<JsonElement>($"{V1}/Comes/info")).GetProperty("data").GetProperty("auto_update");
        (info.GetProperty("state").GetString(), info.GetProperty("version").GetString(), info.GetProperty("channel").GetString()).ShouldBe(("updated", "1.1.0", "stable"));
        (await ListAsync(ana)).ShouldBe(["Comes"]);
        (await ListAsync(ben)).ShouldBeEmpty();

        (await SetAsync(ana, "Comes", new { auto_update = false })).GetProperty("auto_update").GetBoolean().ShouldBeFalse();
        (await ListAsync(ana)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_policy_that_is_against_it_keeps_the_version_away_says_so_and_lets_it_in_when_it_changes()
    {
        var ana = await OptedInAsync("Ruled");
        await SetPolicyAsync(false);
        try
        {
            await _server.PublishAsync(TestPackages.FrontEnd("Ruled", "1.1.0"));

            var withheld = await UntilAsync(ana, "Ruled", "withheld");

            withheld.GetProperty("code").GetString().ShouldBe("auto_update.policy");
            DocumentedCodes.ShouldList("auto_update.policy");
            withheld.GetProperty("reason").GetString()!.ShouldContain("'internal'");
            var notice = (await ana.Client.GetFromJsonAsync<JsonElement>($"{V1}/updates/available")).GetProperty("data").GetProperty("notices")[0];
            (notice.GetProperty("kind").GetString(), notice.GetProperty("message").GetString()).ShouldBe(("auto_update_withheld", withheld.GetProperty("reason").GetString()));
            (await _server.CountAsync("plugin WHERE id = @id AND version = '1.0.0'", new { id = $"{ana.Id}_Ruled" })).ShouldBe(1);
        }
        finally
        {
            await SetPolicyAsync(true);
        }

        await UntilAsync(ana, "Ruled", "updated");
        (await _server.CountAsync("outbox WHERE type = 'berth.installation.auto_update_withheld' AND subject = @id", new { id = $"{ana.Id}_Ruled" })).ShouldBe(1, "told once, not in each round");
    }

    [Fact]
    public async Task A_version_that_asks_for_more_waits_for_its_user()
    {
        var ana = await OptedInAsync("Greedy");
        await _server.PublishAsync(TestPackages.FrontEnd("Greedy", "1.1.0", new { security = new { capabilities = new[] { "network:http-client" } } }));

        var withheld = await UntilAsync(ana, "Greedy", "withheld");

        withheld.GetProperty("code").GetString().ShouldBe("auto_update.capabilities");
        withheld.GetProperty("reason").GetString()!.ShouldContain("network:http-client");
        (await ana.Client.PostAsJsonAsync($"{V1}/Greedy/update", new { grant = new[] { "network:http-client" } })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await UntilAsync(ana, "Greedy", "current");
    }

    [Fact]
    public async Task A_version_that_fails_leaves_the_old_one_running_and_a_sound_one_is_taken()
    {
        await _server.PublishAsync(Golden.Package("FailsOnImport"));
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("FailsOnImport");
        await SetAsync(ana, "FailsOnImport", new { auto_update = true });
        await _server.PublishAsync(Golden.Package("FailsOnImport", "1.1.0"));

        var failed = await UntilAsync(ana, "FailsOnImport", "failed", "given_up");

        failed.GetProperty("version").GetString().ShouldBe("1.1.0");
        failed.GetProperty("current_version").GetString().ShouldBe("1.0.0");
        (await ana.Client.GetFromJsonAsync<JsonElement>($"{V1}/FailsOnImport/status")).GetProperty("data").GetProperty("status").GetString().ShouldBe("healthy");
        await _server.PublishAsync(TestPackages.FrontEnd("FailsOnImport", "1.2.0"));
        await UntilAsync(ana, "FailsOnImport", "updated");
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_and_what_is_no_wish_is_refused()
    {
        await _server.PublishAsync(TestPackages.FrontEnd("Dry"));
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Dry");
        (await ana.Client.PatchAsJsonAsync($"{V1}/Dry?dry_run=true", new { auto_update = true })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ListAsync(ana)).ShouldBeEmpty();
        foreach (var body in new object[] { new { auto_update = "yes" }, new { auto_update = (bool?)null }, new { auto_update = 1 } })
        {
            using var bad = await ana.Client.PatchAsJsonAsync($"{V1}/Dry", body);
            (await bad.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid")).GetProperty("detail").GetString()!.ShouldContain("'auto_update'");
        }

        using var unknown = await ana.Client.GetAsync($"{V1}/Nothing/auto-update");
        await unknown.ShouldBeProblemAsync(HttpStatusCode.NotFound, "plugin.not_installed");
        await SetAsync(ana, "Dry", new { auto_update = true, enabled = false });
        (await StateAsync(ana, "Dry")).GetProperty("state").GetString().ShouldBe("paused");
    }

    [Fact]
    public async Task The_list_of_installations_says_of_each_how_it_stands_as_its_own_route_does()
    {
        var ana = await OptedInAsync("Listed");
        await _server.PublishAsync(TestPackages.FrontEnd("Unlisted"));
        await ana.InstallAsync("Unlisted");
        await SetAsync(ana, "Listed", new { enabled = false }); // so that no round changes anything between the questions

        var plugins = (await ana.Client.GetFromJsonAsync<JsonElement>($"{V1}/")).GetProperty("plugins").EnumerateArray().ToDictionary(one => one.GetProperty("plugin_slug").GetString()!);

        foreach (var (slug, state) in new[] { ("Listed", "paused"), ("Unlisted", "off") })
        {
            var listed = plugins[slug].GetProperty("auto_update");
            listed.GetProperty("state").GetString().ShouldBe(state);
            Names(listed).ShouldBe(Names(await StateAsync(ana, slug)));
            listed.GetProperty("since").ValueKind.ShouldBe(slug == "Listed" ? JsonValueKind.String : JsonValueKind.Null);
        }

        static IEnumerable<string> Names(JsonElement one) => one.EnumerateObject().Select(member => member.Name);
    }

    private async Task<TestUser> OptedInAsync(string slug)
    {
        await _server.PublishAsync(TestPackages.FrontEnd(slug));
        var user = await _server.CreateUserAsync();
        await user.InstallAsync(slug);
        await SetAsync(user, slug, new { auto_update = true });
        return user;
    }

    /// <summary>What an administrator publishes is internal.</summary>
    private async Task SetPolicyAsync(bool autoUpdate)
    {
        using var registry = _server.Registry();
        using var set = await registry.PutAsJsonAsync("/api/v1/trust/policies/internal", new { reason = "Tried.", policy = new { auto_update = autoUpdate } });
        set.StatusCode.ShouldBe(HttpStatusCode.OK, await set.Content.ReadAsStringAsync());
    }

    private static async Task<JsonElement> SetAsync(TestUser user, string slug, object change)
    {
        using var response = await user.Client.PatchAsJsonAsync($"{V1}/{slug}", change);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data");
    }

    private static async Task<JsonElement> StateAsync(TestUser user, string slug) =>
        (await user.Client.GetFromJsonAsync<JsonElement>($"{V1}/{slug}/auto-update")).GetProperty("data");

    private static async Task<IEnumerable<string>> ListAsync(TestUser user) =>
        (await user.Client.GetFromJsonAsync<JsonElement>($"{V1}/updates/automatic")).GetProperty("data").GetProperty("installations").EnumerateArray().Select(one => one.GetProperty("plugin_slug").GetString()!).ToList();

    private static async Task<JsonElement> UntilAsync(TestUser user, string slug, params string[] states)
    {
        JsonElement now = default;
        await Eventually.TrueAsync(
            async () =>
            {
                now = await StateAsync(user, slug);
                return Array.IndexOf(states, now.GetProperty("state").GetString()) >= 0;
            },
            $"{slug} is {string.Join(" or ", states)}");
        return now;
    }

    /// <summary>A server that looks again and again.</summary>
    public sealed class Fixture : ServerFixture
    {
        protected override BerthSettings Change(BerthSettings settings) => settings with { AutoUpdateInterval = TimeSpan.FromMilliseconds(200) };
    }
}
