namespace Berth.Server.Tests.Apis;

/// <summary>Which version a wish gives: channels, their promotions and rollbacks, and what breaks between two versions.</summary>
[Collection(VersionStates.Name)]
public sealed class ChannelsApiTests(VersionStates.Shared shared) : VersionStates(shared)
{
    [Fact]
    public async Task R64_A_promotion_and_a_registry_rollback_are_seen_at_once_and_nobody_goes_back_by_it()
    {
        await PublishAsync("1.0.0", "1.1.0");
        var (ana, bob) = (await Server.CreateUserAsync(), await Server.CreateUserAsync());
        await ana.InstallAsync(Slug);
        (await VersionOfAsync(ana)).ShouldBe("1.1.0");

        using (var rolled = await PostAsync($"{Slug}/versions/1.0.0/rollback", new { channel = "stable", reason = "Crashes." }))
            (await JsonAsync(rolled)).GetProperty("previous").GetString().ShouldBe("1.1.0");

        var page = await GetAsync(Slug);
        page.GetProperty("channels").GetProperty("stable").GetString().ShouldBe("1.0.0");
        page.GetProperty("latest_version").GetString().ShouldBe("1.0.0");
        using (var download = await Server.Registry().GetAsync($"{V1}/{Slug}/download"))
            download.Headers.GetValues("Berth-Version").ShouldBe(["1.0.0"]);
        await bob.InstallAsync(Slug);
        (await VersionOfAsync(bob)).ShouldBe("1.0.0");
        (await VersionOfAsync(ana)).ShouldBe("1.1.0", "a registry's rollback changes no installation");
        var updates = await UpdatesAsync(ana);
        updates.GetProperty("total_count").GetInt32().ShouldBe(0);
        Notices(updates).ShouldBe(["channel_behind"]);
        using (var update = await ana.Client.PostAsJsonAsync($"{V1}/{Slug}/update", new { }))
            await update.ShouldBeProblemAsync(HttpStatusCode.Conflict, "update.not_newer");

        await PublishAsync("1.2.0");
        (await UpdatesAsync(bob)).GetProperty("total_count").GetInt32().ShouldBe(0, "the channel was not promoted");
        await PostAsync($"{Slug}/versions/1.2.0/promote", new { });
        foreach (var user in new[] { ana, bob })
            (await UpdatesAsync(user)).GetProperty("available_updates")[0].GetProperty("latest_version").GetString().ShouldBe("1.2.0");
        var history = (await GetAsync($"{Slug}/channels/history")).GetProperty("changes");
        history.EnumerateArray().Select(change => change.GetProperty("kind").GetString()).ShouldBe(["promote", "rollback"]);
    }

    [Fact]
    public async Task A_prerelease_reaches_those_whose_channel_was_pointed_to_it()
    {
        await PublishAsync("1.0.0", "2.0.0-rc.1");
        var (ana, bob) = (await Server.CreateUserAsync(), await Server.CreateUserAsync());
        await ana.InstallAsync(Slug);
        await ana.Client.PatchAsJsonAsync($"{V1}/{Slug}", new { channel = "canary" });
        (await UpdatesAsync(ana)).GetProperty("total_count").GetInt32().ShouldBe(0);

        (await PostAsync($"{Slug}/versions/2.0.0-rc.1/promote", new { channel = "canary" })).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await UpdatesAsync(ana)).GetProperty("available_updates")[0].GetProperty("latest_version").GetString().ShouldBe("2.0.0-rc.1");
        await bob.InstallAsync(Slug, "canary");
        (await VersionOfAsync(bob)).ShouldBe("2.0.0-rc.1");
        using var slip = await (await Server.CreateUserAsync()).Client.PostAsJsonAsync($"{V1}/{Slug}/install", new { version = "canery" });
        await slip.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "version.invalid");
    }

    [Fact]
    public async Task A_range_prefers_what_the_channel_gives_and_a_number_is_that_number()
    {
        await PublishAsync("1.0.0", "1.1.0", "2.0.0");
        await PostAsync($"{Slug}/versions/1.0.0/rollback", new { });
        foreach (var (wish, expected) in new[] { ("^1.0.0", "1.0.0"), ("^2.0.0", "2.0.0"), ("1.1.0", "1.1.0") })
        {
            var user = await Server.CreateUserAsync();
            await user.InstallAsync(Slug, wish);
            (await VersionOfAsync(user)).ShouldBe(expected, wish);
        }
    }

    [Fact]
    public async Task A_compatibility_check_names_what_breaks_published_or_not()
    {
        await PublishAsync("1.0.0");
        var next = TestPackages.FrontEnd(Slug, "1.1.0", new { frontend = new { entry = TestPackages.Script, modules = new[] { new { name = "Other" } } } });
        using var sent = new ByteArrayContent(next);
        sent.Headers.ContentType = new("application/vnd.berth.package+zip");
        var report = await JsonAsync(await Server.Registry().PostAsync($"{V1}/{Slug}/versions/compatibility-check", sent));
        Shown(report).ShouldBe("1.0.0→1.1.0 compatible=False honest=False needs=major: module.removed, module.added");

        await Server.PublishAsync(next);
        report = await JsonAsync(await PostAsync($"{Slug}/versions/compatibility-check", new { from = "1.0.0", to = "1.1.0" }));
        Shown(report).ShouldBe("1.0.0→1.1.0 compatible=False honest=False needs=major: module.removed, module.added");
        report = await JsonAsync(await PostAsync($"{Slug}/versions/compatibility-check", new { }));
        report.GetProperty("from").GetString().ShouldBe("1.0.0");
        await RefusedAsync($"{Slug}/versions/compatibility-check", new { from = "1.0.0", to = "9.0.0" }, HttpStatusCode.NotFound, "version.unknown");
        using var other = new ByteArrayContent(TestPackages.FrontEnd("Another", "1.0.0"));
        other.Headers.ContentType = new("application/octet-stream");
        using var refused = await Server.Registry().PostAsync($"{V1}/{Slug}/versions/compatibility-check", other);
        await refused.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "compatibility.other_plugin");
        using var broken = new ByteArrayContent("PK"u8.ToArray());
        broken.Headers.ContentType = new("application/octet-stream");
        using var unreadable = await Server.Registry().PostAsync($"{V1}/{Slug}/versions/compatibility-check", broken);
        unreadable.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);

        static string Shown(JsonElement report) =>
            $"{report.GetProperty("from")}→{report.GetProperty("to")} compatible={report.GetProperty("compatible")} honest={report.GetProperty("honest")} needs={report.GetProperty("needs")}: "
            + string.Join(", ", report.GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("code").GetString()));
    }
}
