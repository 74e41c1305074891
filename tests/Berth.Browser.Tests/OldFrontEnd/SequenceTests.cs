using static Microsoft.Playwright.Assertions;

namespace Berth.Browser.Tests.OldFrontEnd;

/// <summary>Everything that such a front end does with one plugin, in its order, with its own client and in its own words.</summary>
[Collection(OldSiteTests.Name)]
public sealed class SequenceTests(OldSite site)
{
    [Theory]
    [InlineData(Way.Proxied, "/api/plugins")]
    [InlineData(Way.Direct, "/api/v1/plugins")]
    public async Task A_plugin_is_found_installed_shown_updated_rolled_back_and_removed(Way way, string routes)
    {
        var user = await site.WelcomeAsync();
        var id = $"{user.Id}_Postcards";
        await using var visit = await site.VisitAsync(user, way);
        await visit.SeeAsync(async page =>
        {
            await Expect(page.Locator("section")).ToHaveCountAsync(0);

            var available = Success(await visit.SendAsync("GET", $"{routes}/available"));
            available.GetProperty("total_count").GetInt32().ShouldBe(available.GetProperty("available_plugins").EnumerateObject().Count());
            available.GetProperty("available_plugins").GetProperty("Postcards").GetProperty("version").GetString().ShouldBe("1.2.0");

            var installed = Success(await visit.SendAsync("POST", $"{routes}/Postcards/install", new { version = "1.0.0" }));
            Texts(installed, "plugin_slug", "plugin_id", "version").ShouldBe(["Postcards", id, "1.0.0"]);
            List(installed, "modules_created").ShouldBe([$"{id}_Postcard", $"{id}_Stamp"], ignoreOrder: true);
            List(installed, "dependencies_installed").ShouldBeEmpty();

            var status = Success(await visit.SendAsync("GET", $"{routes}/Postcards/status"));
            Texts(status, "plugin_slug", "status", "plugin_id").ShouldBe(["Postcards", "healthy", id]);
            status.GetProperty("exists").GetBoolean().ShouldBeTrue();
            Texts(status.GetProperty("plugin_info"), "id", "name", "version").ShouldBe([id, "Postcards", "1.0.0"]);

            await visit.OpenAsync();
            await visit.ShouldShowPostcardsAsync("1.0.0");

            var toggled = await visit.SendAsync("PATCH", $"{routes}/{id}/modules/{id}_Stamp", new { enabled = false });
            Texts(toggled.GetProperty("answer"), "status").ShouldBe(["success"]);
            var module = (await visit.SendAsync("GET", $"{routes}/{id}/modules")).GetProperty("answer").GetProperty("modules").EnumerateArray().Single(module => module.GetProperty("name").GetString() == "Stamp");
            module.GetProperty("enabled").GetBoolean().ShouldBeFalse();
            await visit.OpenAsync();
            await Expect(visit.Module("Postcards Stamp")).ToHaveCountAsync(0);

            var updates = Success(await visit.SendAsync("GET", $"{routes}/updates/available"));
            updates.GetProperty("total_count").GetInt32().ShouldBe(1);
            Texts(updates.GetProperty("available_updates")[0], "plugin_id", "plugin_slug", "current_version", "latest_version").ShouldBe([id, "Postcards", "1.0.0", "1.2.0"]);

            var updated = Success(await visit.SendAsync("PUT", $"{routes}/Postcards/update", new { version = "1.1.0" }));
            Texts(updated, "plugin_slug", "plugin_id", "previous_version", "new_version").ShouldBe(["Postcards", id, "1.0.0", "1.1.0"]);
            updated.TryGetProperty("migrated", out _).ShouldBeTrue();
            await visit.OpenAsync();
            await Expect(visit.Module("Postcards Album")).ToHaveTextAsync("Album of 1.1.0");
            // What the user hid stays hidden (R21).
            await Expect(visit.Module("Postcards Stamp")).ToHaveCountAsync(0);
            Texts((await visit.SendAsync("PATCH", $"{routes}/{id}/modules/{id}_Stamp", new { enabled = true })).GetProperty("answer"), "status").ShouldBe(["success"]);
            await visit.OpenAsync();
            await visit.ShouldShowPostcardsAsync("1.1.0");

            var back = Success(await visit.SendAsync("POST", $"{routes}/Postcards/rollback"));
            Texts(back, "previous_version", "new_version").ShouldBe(["1.1.0", "1.0.0"]);
            await visit.OpenAsync();
            await visit.ShouldShowPostcardsAsync("1.0.0");

            // These front ends name a plugin by its id, too.
            var removed = Success(await visit.SendAsync("DELETE", $"{routes}/{id}/uninstall"));
            Texts(removed, "plugin_slug", "plugin_id").ShouldBe(["Postcards", id]);
            List(removed, "deleted_modules").ShouldBe([$"{id}_Postcard", $"{id}_Stamp"], ignoreOrder: true);
            await visit.OpenAsync();
            await Expect(page.Locator("section")).ToHaveCountAsync(0);

            visit.Visit.Errors.ShouldBeEmpty();
            visit.Visit.Responses.ShouldAllBe(response => response.Status == 200 || response.Status == 201 || response.Status == 304);
            await visit.ShouldKeepSecretsAsync();
        });
    }

    [Fact]
    public async Task What_goes_wrong_is_told_in_the_shape_that_such_a_front_end_shows()
    {
        var user = await site.WelcomeAsync(("Postcards", "1.0.0"));
        await using var visit = await site.VisitAsync(user, Way.Direct);
        await visit.SeeAsync(async _ =>
        {
            foreach (var (method, path, body, expected, code) in new (string, string, object?, int, string)[]
            {
                ("POST", "Postcards/install", new { }, 409, "plugin.already_installed"),
                ("POST", "Nothing/install", new { }, 404, "plugin.unknown"),
                ("POST", "Notes/install", new { version = "not a range" }, 422, "version.invalid"),
                ("PUT", "Notes/update", new { }, 404, "plugin.not_installed"),
                ("POST", "Postcards/rollback", null, 409, "rollback.unavailable"),
                ("DELETE", "Notes/uninstall", null, 404, "plugin.not_installed"),
                ("GET", "Notes/info", null, 404, "plugin.not_installed"),
            })
            {
                var refused = await visit.SendAsync(method, $"/api/v1/plugins/{path}", body);
                refused.GetProperty("status").GetInt32().ShouldBe(expected, $"{method} {path}: {refused}");
                var detail = refused.GetProperty("answer").GetProperty("detail");
                detail.GetProperty("message").GetString().ShouldNotBeNullOrEmpty(path);
                detail.GetProperty("details").GetProperty("step").GetString().ShouldNotBeNullOrEmpty(path);
                detail.GetProperty("details").GetProperty("code").GetString().ShouldBe(code, path);
                detail.GetProperty("suggestions").EnumerateArray().ShouldAllBe(suggestion => suggestion.ValueKind == JsonValueKind.String);
            }
        });
    }

    private static JsonElement Success(JsonElement sent)
    {
        sent.GetProperty("status").GetInt32().ShouldBe(200, sent.ToString());
        var answer = sent.GetProperty("answer");
        answer.GetProperty("status").GetString().ShouldBe("success");
        return answer.GetProperty("data");
    }

    private static string?[] Texts(JsonElement json, params string[] names) => [.. names.Select(name => json.GetProperty(name).GetString())];

    private static string?[] List(JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(item => item.GetString())];
}
