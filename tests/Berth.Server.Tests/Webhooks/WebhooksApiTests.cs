namespace Berth.Server.Tests.Webhooks;

/// <summary>Webhooks as a resource.</summary>
public sealed class WebhooksApiTests(WebhooksFixture fixture) : IClassFixture<WebhooksFixture>
{
    private const string Hook = "http://127.0.0.1:9/hook";
    private readonly TestServer _server = fixture.Server;

    [Fact]
    public async Task The_secret_is_shown_once_and_stands_nowhere()
    {
        var ana = await _server.CreateUserAsync();

        var (id, secret) = await ana.Client.CreateHookAsync(new { url = Hook, name = "mine" });

        (await ana.Client.HookAsync(id)).TryGetProperty("secret", out _).ShouldBeFalse();
        (await ana.Client.GetStringAsync(Hooks.Path)).ShouldNotContain(secret);
        (await _server.CountAsync("webhook WHERE secret LIKE @like", new { like = $"%{secret["whsec_".Length..]}%" })).ShouldBe(0);
        (await _server.CountAsync("audit WHERE subject = @id AND action = 'webhook.create' AND detail NOT LIKE '%127.0.0.1%'", new { id })).ShouldBe(1);
        (await _server.CountAsync("outbox WHERE subject = @id AND type = 'berth.webhook.created' AND user_id = @user", new { id, user = ana.Id })).ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_sees_or_touches_the_webhook_of_another()
    {
        var (ana, ben) = (await _server.CreateUserAsync(), await _server.CreateUserAsync());
        var (id, _) = await ana.Client.CreateHookAsync(new { url = Hook });

        (await ben.Client.GetFromJsonAsync<JsonElement>(Hooks.Path)).GetProperty("webhooks").GetArrayLength().ShouldBe(0);
        foreach (var (method, path) in new[] { ("GET", id), ("PATCH", id), ("DELETE", id), ("POST", $"{id}/rotate"), ("POST", $"{id}/test"), ("GET", $"{id}/deliveries"), ("POST", $"{id}/replay?since=2026-01-01"), ("POST", $"{id}/deliveries/{id}/replay") })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), $"{Hooks.Path}/{path}") { Content = method == "PATCH" ? JsonContent.Create(new { name = "x" }) : null };
            using var response = await ben.Client.SendAsync(request);
            await response.ShouldBeProblemAsync(HttpStatusCode.NotFound, "webhook.unknown");
        }

        using var admin = _server.Host();
        (await admin.HookAsync(id)).GetProperty("user_id").GetString().ShouldBe(ana.Id);
    }

    [Fact]
    public async Task It_is_changed_switched_off_and_removed_and_a_dry_run_changes_nothing()
    {
        var ana = await _server.CreateUserAsync();
        using var planned = await ana.Client.PostAsJsonAsync($"{Hooks.Path}?dry_run=true", new { url = Hook });
        planned.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await planned.Content.ReadAsStringAsync()).ShouldNotContain("whsec_");
        var (id, _) = await ana.Client.CreateHookAsync(new { url = Hook, slug = "Notes" });
        (await ana.Client.GetFromJsonAsync<JsonElement>(Hooks.Path)).GetProperty("webhooks").GetArrayLength().ShouldBe(1);

        using (var dry = await ana.Client.PatchAsJsonAsync($"{Hooks.Path}/{id}?dry_run=true", new { enabled = false }))
            (await dry.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("would").GetProperty("enabled").GetBoolean().ShouldBeFalse();
        (await ana.Client.HookAsync(id)).GetProperty("enabled").GetBoolean().ShouldBeTrue();
        using (var changed = await ana.Client.PatchAsJsonAsync($"{Hooks.Path}/{id}", new { enabled = false, name = "off", slug = (string?)null, types = new[] { "berth.user.*" } }))
            changed.StatusCode.ShouldBe(HttpStatusCode.OK, await changed.Content.ReadAsStringAsync());
        var hook = await ana.Client.HookAsync(id);
        (hook.GetProperty("enabled").GetBoolean(), hook.GetProperty("name").GetString(), hook.GetProperty("slug").ValueKind).ShouldBe((false, "off", JsonValueKind.Null));

        using (var dry = await ana.Client.DeleteAsync($"{Hooks.Path}/{id}?dry_run=true"))
            dry.StatusCode.ShouldBe(HttpStatusCode.OK);
        using (var removed = await ana.Client.DeleteAsync($"{Hooks.Path}/{id}"))
            removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var gone = await ana.Client.GetAsync($"{Hooks.Path}/{id}");
        await gone.ShouldBeProblemAsync(HttpStatusCode.NotFound, "webhook.unknown");
        (await _server.CountAsync("outbox WHERE subject = @id AND type IN ('berth.webhook.changed', 'berth.webhook.deleted')", new { id })).ShouldBe(2);
    }

    [Fact]
    public async Task All_faults_come_at_once()
    {
        var ana = await _server.CreateUserAsync();

        using var response = await ana.Client.PostAsJsonAsync(Hooks.Path, new { url = "ftp://x", name = new string('n', 101), types = new[] { "*", "berth.x" }, slug = "../x" });

        var problem = await response.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "webhook.invalid");
        problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("code").GetString())
            .ShouldBe(["webhook.url", "webhook.name", "webhook.types", "webhook.slug"]);
    }

    [Theory]
    [InlineData("http://user:pass@example.org/", "webhook.url")]
    [InlineData("https://example.org/#x", "webhook.url")]
    [InlineData("/hook", "webhook.url")]
    [InlineData(null, "webhook.url")]
    public async Task What_is_no_address_is_refused(string? url, string code)
    {
        var ana = await _server.CreateUserAsync();
        using var response = await ana.Client.PostAsJsonAsync(Hooks.Path, new { url });
        await response.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, code);
    }

    [Fact]
    public async Task A_user_has_twenty_at_most()
    {
        var ana = await _server.CreateUserAsync();
        for (var i = 0; i < 20; i++)
            await ana.Client.CreateHookAsync(new { url = Hook, enabled = false });

        using var response = await ana.Client.PostAsJsonAsync(Hooks.Path, new { url = Hook });

        await response.ShouldBeProblemAsync(HttpStatusCode.Conflict, "webhook.too_many");
        var page = await ana.Client.GetFromJsonAsync<JsonElement>($"{Hooks.Path}?limit=15");
        page.GetProperty("webhooks").GetArrayLength().ShouldBe(15);
        (await ana.Client.GetFromJsonAsync<JsonElement>($"{Hooks.Path}?limit=15&cursor={page.GetProperty("next_cursor").GetString()}")).GetProperty("webhooks").GetArrayLength().ShouldBe(5);
    }

    [Fact]
    public async Task The_webhooks_of_a_deleted_user_are_gone()
    {
        var ana = await _server.CreateUserAsync();
        await using var receiver = await Receiver.StartAsync();
        var (id, _) = await ana.Client.CreateHookAsync(new { url = receiver.Url });
        await ana.Client.PostHookAsync($"{id}/test");
        using var admin = _server.Host();

        using var deleted = await admin.DeleteAsync($"/api/v1/admin/users/{ana.Id}");

        deleted.IsSuccessStatusCode.ShouldBeTrue(await deleted.Content.ReadAsStringAsync());
        (await _server.CountAsync("webhook WHERE id = @id", new { id })).ShouldBe(0);
        (await _server.CountAsync("webhook_delivery WHERE webhook_id = @id", new { id })).ShouldBe(0);
    }
}
