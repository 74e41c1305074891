using Berth.Data.Blobs;
using Berth.Lifecycle;

namespace Berth.Server.Tests.Apis;

/// <summary>Yank, deprecate and delete over HTTP, and what hosts and users see of them.</summary>
[Collection(VersionStates.Name)]
public sealed class VersionStatesApiTests(VersionStates.Shared shared) : VersionStates(shared)
{
    [Fact]
    public async Task A_yanked_version_is_installed_only_by_its_number_and_who_has_it_keeps_it()
    {
        await PublishAsync("1.0.0", "1.1.0");
        var (ana, bob) = (await Server.CreateUserAsync(), await Server.CreateUserAsync());
        await ana.InstallAsync(Slug, "1.1.0");
        using (var yanked = await PostAsync($"{Slug}/1.1.0/yank", new { reason = "It eats notes." }))
        {
            var record = await JsonAsync(yanked);
            record.GetProperty("yanked").GetBoolean().ShouldBeTrue();
            record.GetProperty("yank_reason").GetString().ShouldBe("It eats notes.");
        }

        await bob.InstallAsync(Slug);
        (await VersionOfAsync(bob)).ShouldBe("1.0.0");
        (await UpdatesAsync(bob)).GetProperty("total_count").GetInt32().ShouldBe(0);
        (await ana.Client.GetAsync(await ana.AddressOfAsync(Slug, TestPackages.Script))).StatusCode.ShouldBe(HttpStatusCode.OK);
        using (var repaired = await ana.Client.PostAsJsonAsync($"{V1}/{Slug}/repair", new { }))
            repaired.StatusCode.ShouldBe(HttpStatusCode.OK, await repaired.Content.ReadAsStringAsync());
        Notices(await UpdatesAsync(ana)).ShouldBe(["yanked"]);
        var cyd = await Server.CreateUserAsync();
        var plan = (await JsonAsync(await cyd.Client.PostAsJsonAsync($"{V1}/{Slug}/install?dry_run=true", new { version = "1.1.0" }))).GetProperty("data").GetProperty("plan");
        plan.GetProperty("notes")[0].GetString()!.ShouldContain("It eats notes.");
        await cyd.InstallAsync(Slug, "1.1.0");

        (await PostAsync($"{Slug}/1.1.0/unyank", new { })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await UpdatesAsync(bob)).GetProperty("available_updates")[0].GetProperty("latest_version").GetString().ShouldBe("1.1.0");
    }

    [Fact]
    public async Task R70_A_plugin_whose_versions_are_all_yanked_says_so_and_is_found_by_its_name()
    {
        await PublishAsync("1.0.0", "1.1.0");
        await PostAsync($"{Slug}/1.1.0/yank", new { reason = "x" });
        var page = await GetAsync(Slug);
        page.GetProperty("yanked").GetBoolean().ShouldBeFalse();
        page.GetProperty("latest_version").GetString().ShouldBe("1.0.0");

        await PostAsync($"{Slug}/1.0.0/yank", new { reason = "x" });

        page = await GetAsync(Slug);
        page.GetProperty("yanked").GetBoolean().ShouldBeTrue();
        var found = (await GetAsync($"?q={Slug}")).GetProperty("plugins");
        found.GetArrayLength().ShouldBe(1);
        found[0].GetProperty("yanked").GetBoolean().ShouldBeTrue();
        using var download = await Server.Registry().GetAsync($"{V1}/{Slug}/download");
        await download.ShouldBeProblemAsync(HttpStatusCode.NotFound, "version.unknown");
        (await Server.Registry().GetAsync($"{V1}/{Slug}/1.0.0/download")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task R63_What_is_not_there_is_a_404_and_a_versions_download_is_that_versions_bytes()
    {
        var packages = await PublishAsync("1.0.0", "1.1.0");
        using (var unknown = await Server.Registry().GetAsync($"{V1}/Nobody{Slug}/download"))
            await unknown.ShouldBeProblemAsync(HttpStatusCode.NotFound, "plugin.unknown");
        using (var unknown = await Server.Registry().GetAsync($"{V1}/{Slug}/9.0.0/download"))
            await unknown.ShouldBeProblemAsync(HttpStatusCode.NotFound, "version.unknown");
        (await Server.Registry().GetByteArrayAsync($"{V1}/{Slug}/1.0.0/download")).ShouldBe(packages[0]);
        (await Server.Registry().GetByteArrayAsync($"{V1}/{Slug}/1.1.0/download")).ShouldBe(packages[1]);
    }

    [Fact]
    public async Task A_deprecation_is_seen_in_the_record_the_search_the_plan_and_the_updates()
    {
        await PublishAsync("1.0.0");
        var ana = await Server.CreateUserAsync();
        await ana.InstallAsync(Slug);

        using (var done = await PostAsync($"{Slug}/1.0.0/deprecate", new { message = "No longer maintained.", successor = Slug, successor_version = "^2.0.0" }))
            (await JsonAsync(done)).GetProperty("deprecation").GetProperty("message").GetString().ShouldBe("No longer maintained.");

        (await GetAsync($"{Slug}/1.0.0")).GetProperty("deprecated").GetBoolean().ShouldBeTrue();
        (await GetAsync($"?q={Slug}")).GetProperty("plugins")[0].GetProperty("deprecation").GetProperty("successor").GetString().ShouldBe(Slug);
        var plan = (await JsonAsync(await (await Server.CreateUserAsync()).Client.PostAsJsonAsync($"{V1}/{Slug}/install?dry_run=true", new { }))).GetProperty("data").GetProperty("plan");
        plan.GetProperty("notes")[0].GetString().ShouldBe($"This version is deprecated: No longer maintained. Use {Slug} ^2.0.0 instead.");
        Notices(await UpdatesAsync(ana)).ShouldBe(["deprecated"]);

        (await PostAsync($"{Slug}/deprecate", new { message = "" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await GetAsync($"{Slug}/1.0.0")).GetProperty("deprecated").GetBoolean().ShouldBeFalse();
        using var refused = await PostAsync($"{Slug}/1.0.0/deprecate", new { message = "x", successor = "Nobody-at-all" });
        await refused.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "version.deprecation");
    }

    [Fact]
    public async Task A_deleted_version_is_gone_with_its_bytes_and_its_number_is_never_given_again()
    {
        var packages = await PublishAsync("1.0.0", "1.1.0");
        var digest = (await GetAsync($"{Slug}/1.0.0")).GetProperty("digest").GetString()!;
        var ana = await Server.CreateUserAsync();
        await ana.InstallAsync(Slug, "1.0.0");
        using (var refused = await DeleteAsync($"{Slug}/1.0.0"))
            await refused.ShouldBeProblemAsync(HttpStatusCode.Conflict, "version.delete.installed");
        (await ana.Client.DeleteAsync($"{V1}/{Slug}?purge=true")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await JsonAsync(await DeleteAsync($"{Slug}/1.0.0?dry_run=true"))).GetProperty("deleted").GetBoolean().ShouldBeFalse();

        (await JsonAsync(await DeleteAsync($"{Slug}/1.0.0?reason=Wrong%20file."))).GetProperty("deleted").GetBoolean().ShouldBeTrue();

        foreach (var path in new[] { $"{Slug}/1.0.0", $"{Slug}/1.0.0/download" })
        {
            using var gone = await Server.Registry().GetAsync($"{V1}/{path}");
            var problem = await gone.ShouldBeProblemAsync(HttpStatusCode.Gone, "version.deleted");
            problem.GetProperty("reason").GetString().ShouldBe("Wrong file.");
        }

        using (var again = await Server.Registry().PutAsync($"{V1}/{Slug}/1.0.0", new ByteArrayContent(packages[0])))
            await again.ShouldBeProblemAsync(HttpStatusCode.Conflict, "version.deleted");
        (await DigestsAsync(digest)).ShouldBe(0);
        var other = (await GetAsync($"{Slug}/1.1.0")).GetProperty("digest").GetString()!;
        (await DigestsAsync(other)).ShouldBe(1);
    }

    [Fact]
    public async Task The_cleanup_takes_the_bytes_of_a_deleted_version_and_no_others()
    {
        await using var server = await TestServer.StartAsync(configure: builder =>
        {
            if (builder.Services.FirstOrDefault(service => service.ServiceType == typeof(LifecycleOptions))?.ImplementationInstance is LifecycleOptions options)
                builder.Services.AddSingleton(options with { StaleAfter = TimeSpan.Zero });
        });
        await server.PublishAsync(TestPackages.FrontEnd("Clock", "1.0.0"), TestPackages.FrontEnd("Clock", "1.1.0"));
        using var registry = server.Registry();
        var digests = (await registry.GetFromJsonAsync<JsonElement>($"{V1}/Clock/versions")).GetProperty("versions").EnumerateArray()
            .ToDictionary(version => version.GetProperty("version").GetString()!, version => version.GetProperty("digest").GetString()!);
        (await registry.DeleteAsync($"{V1}/Clock/1.0.0")).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var host = server.Host();
        (await host.PostAsync($"{V1}/system/cleanup", null)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var blobs = server.Server.Services.GetRequiredService<IPackageBlobs>();
        (await blobs.OpenAsync(digests["1.0.0"])).ShouldBeNull();
        await using var kept = await blobs.OpenAsync(digests["1.1.0"]);
        kept.ShouldNotBeNull();
    }

    [Fact]
    public async Task Only_its_publisher_and_administrators_change_a_version()
    {
        await PublishAsync("1.0.0");
        var ana = await Server.CreateUserAsync();
        using var registry = Server.Registry(ana.Token);
        foreach (var (path, body) in new (string, object)[] { ("yank", new { reason = "x" }), ("unyank", new { }), ("deprecate", new { message = "x" }) })
        {
            using var response = await registry.PostAsJsonAsync($"{V1}/{Slug}/1.0.0/{path}", body);
            await response.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "publisher.role");
        }

        using (var response = await registry.PostAsJsonAsync($"{V1}/{Slug}/versions/1.0.0/promote", new { channel = "beta" }))
            await response.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "publisher.role");
        using (var response = await registry.DeleteAsync($"{V1}/{Slug}/1.0.0"))
            await response.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "publisher.role");
        using var reader = Server.Registry(await ana.CreateTokenAsync("read"));
        using var scope = await reader.PostAsJsonAsync($"{V1}/{Slug}/1.0.0/yank", new { reason = "x" });
        await scope.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.scope");
    }

    [Fact]
    public async Task Bad_requests_are_refused_with_their_code()
    {
        await PublishAsync("1.0.0", "1.1.0");
        await RefusedAsync($"{Slug}/1.0.0/yank", new { }, HttpStatusCode.BadRequest, "version.reason");
        await RefusedAsync($"{Slug}/1.0.0/yank", new { reason = new string('x', 1001) }, HttpStatusCode.BadRequest, "version.reason");
        await RefusedAsync($"{Slug}/1.0.0/deprecate", new { }, HttpStatusCode.BadRequest, "version.deprecation");
        await RefusedAsync($"{Slug}/9.0.0/yank", new { reason = "x" }, HttpStatusCode.NotFound, "version.unknown");
        await RefusedAsync($"Nobody{Slug}/1.0.0/yank", new { reason = "x" }, HttpStatusCode.NotFound, "plugin.unknown");
        await RefusedAsync($"{Slug}/versions/1.0.0/promote", new { channel = "Not a name" }, HttpStatusCode.BadRequest, "channel.name");
        await RefusedAsync($"{Slug}/versions/1.0.0/promote", new { }, HttpStatusCode.Conflict, "channel.backwards");
        await RefusedAsync($"{Slug}/versions/1.1.0/rollback", new { }, HttpStatusCode.Conflict, "channel.forwards");
        await RefusedAsync($"{Slug}/versions/9.1.0/rollback", new { }, HttpStatusCode.NotFound, "version.unknown");
        using var cursor = await Server.Registry().GetAsync($"{V1}/{Slug}/channels/history?cursor=x");
        await cursor.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.cursor");
    }
}
