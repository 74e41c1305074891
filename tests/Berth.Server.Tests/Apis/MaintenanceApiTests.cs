namespace Berth.Server.Tests.Apis;

public sealed class MaintenanceApiTests(MaintenanceApiTests.Shared shared) : IClassFixture<MaintenanceApiTests.Shared>
{
    private readonly TestServer _server = shared.Server;

    [Theory]
    [InlineData("/api/v1/plugins")]
    [InlineData("/api/plugins")]
    public async Task A_cleanup_answers_with_the_contracts_names_and_nothing_else(string prefix)
    {
        using var admin = _server.Host();
        foreach (var query in new[] { "?dry_run=true", "" })
        {
            using var response = await admin.PostAsync($"{prefix}/system/cleanup{query}", null);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            var result = await response.Content.ReadFromJsonAsync<JsonElement>();
            result.EnumerateObject().Select(member => member.Name).ShouldBe(["managers", "versions", "temp_files", "bytes_freed", "items"]);
        }
    }

    [Fact]
    public async Task Versions_tell_who_uses_them_page_by_page()
    {
        var users = new List<TestUser>();
        for (var i = 0; i < 5; i++)
        {
            users.Add(await _server.CreateUserAsync());
            await users[^1].InstallAsync("Clock");
        }

        using var admin = _server.Host();
        var list = await admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/versions");
        var clock = list.GetProperty("versions").EnumerateArray().Single(version => version.GetProperty("plugin_slug").GetString() == "Clock");
        (clock.GetProperty("users").GetInt64(), clock.GetProperty("in_store").GetBoolean(), clock.GetProperty("rollback_slots").GetInt64()).ShouldBe((5, true, 0));
        clock.GetProperty("bytes").GetInt64().ShouldBeGreaterThan(0);
        list.GetProperty("distribution").GetProperty("Clock").GetProperty("1.0.0").GetInt64().ShouldBe(5);
        var one = await admin.GetFromJsonAsync<JsonElement>("/api/plugins/system/versions/Clock/1.0.0");
        one.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("path").GetString()).ShouldContain("plugin.json");

        var seen = new List<string>();
        var cursor = "";
        do
        {
            var page = await admin.GetFromJsonAsync<JsonElement>($"/api/v1/plugins/system/versions/Clock/1.0.0/users?limit=2{cursor}");
            seen.AddRange(page.GetProperty("users").EnumerateArray().Select(user => user.GetProperty("user_id").GetString()!));
            page.GetProperty("users").GetArrayLength().ShouldBeLessThanOrEqualTo(2);
            cursor = page.TryGetProperty("next_cursor", out var next) && next.GetString() is { } text ? "&cursor=" + text : null;
        }
        while (cursor is not null);

        seen.ShouldBe(users.Select(user => user.Id), ignoreOrder: true);
        using var unknown = await admin.GetAsync("/api/v1/plugins/system/versions/Clock/9.9.9");
        await unknown.ShouldBeProblemAsync(HttpStatusCode.NotFound, "version.unknown");
    }

    [Fact]
    public async Task A_version_that_nobody_needs_leaves_the_store_on_demand_and_one_that_is_in_use_does_not()
    {
        var ana = await _server.CreateUserAsync();
        var slug = $"Leaving{Guid.NewGuid():n}"[..20];
        await _server.PublishAsync(TestPackages.FrontEnd(slug));
        await ana.InstallAsync(slug);
        using var admin = _server.Host();
        var address = $"/api/v1/plugins/system/versions/{slug}/1.0.0";
        using (var used = await admin.DeleteAsync(address))
            await used.ShouldBeProblemAsync(HttpStatusCode.Conflict, "version.in_use");
        using (var removed = await ana.Client.DeleteAsync($"/api/v1/plugins/{slug}?purge=true"))
            removed.StatusCode.ShouldBe(HttpStatusCode.OK);

        using (var dry = await admin.DeleteAsync(address + "?dry_run=true"))
            (await dry.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("bytes_freed").GetInt64().ShouldBeGreaterThan(0);
        using (var gone = await admin.DeleteAsync(address))
            gone.StatusCode.ShouldBe(HttpStatusCode.OK, await gone.Content.ReadAsStringAsync());
        using (var again = await admin.DeleteAsync(address))
            await again.ShouldBeProblemAsync(HttpStatusCode.NotFound, "version.unknown");
        await ana.InstallAsync(slug);
    }

    [Fact]
    public async Task A_compatibility_check_explains()
    {
        var ana = await _server.CreateUserAsync();
        var fits = await ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/Clock/compatibility?version=1.0.0");
        fits.GetProperty("data").GetProperty("compatible").GetBoolean().ShouldBeTrue();
        var none = (await ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/Clock/compatibility?version=7")).GetProperty("data");
        none.GetProperty("compatible").GetBoolean().ShouldBeFalse();
        none.GetProperty("reasons")[0].GetProperty("code").GetString().ShouldBe("version.unknown");
        none.GetProperty("checked_against").TryGetProperty("berth", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task A_broken_installation_is_found_by_the_doctor_and_repaired_by_its_user()
    {
        await using var server = await TestServer.StartAsync();
        await server.PublishAsync(TestPackages.FrontEnd());
        var ana = await server.CreateUserAsync();
        await ana.InstallAsync("Clock");
        var file = Directory.EnumerateFiles(Path.Combine(server.DataDirectory, "plugins", "shared", "Clock", "v1.0.0"), "*.js", SearchOption.AllDirectories).First();
        var folder = Path.GetDirectoryName(file)!;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Delete(file);

        (await DoctorAsync(server, "")).ShouldContain("doctor.files_missing");
        using (var repaired = await ana.Client.PostAsync("/api/v1/plugins/Clock/repair", null))
        {
            repaired.StatusCode.ShouldBe(HttpStatusCode.OK, await repaired.Content.ReadAsStringAsync());
            var data = (await repaired.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data");
            data.GetProperty("files_restored")[0].GetString().ShouldStartWith("missing: ");
        }

        (await DoctorAsync(server, "")).ShouldBeEmpty();
        File.Exists(file).ShouldBeTrue();
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Delete(file);
        (await DoctorAsync(server, "?fix=true")).ShouldContain("doctor.files_missing");
        (await DoctorAsync(server, "")).ShouldBeEmpty();
    }

    private static async Task<IReadOnlyList<string>> DoctorAsync(TestServer server, string query)
    {
        using var admin = server.Host();
        using var response = await admin.PostAsync("/api/v1/plugins/system/doctor" + query, null);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-ndjson");
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToList();
        lines[^1].GetProperty("type").GetString().ShouldBe("result");
        return [.. lines.Where(line => line.GetProperty("type").GetString() == "finding").Select(line => line.GetProperty("code").GetString()!)];
    }

    public sealed class Shared : ServerFixture
    {
        protected override Task PrepareAsync() => Server.PublishAsync(TestPackages.FrontEnd());
    }
}
