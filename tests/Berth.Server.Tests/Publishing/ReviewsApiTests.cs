using Berth.Registry.Publishing;

namespace Berth.Server.Tests.Publishing;

public sealed class ReviewsApiTests(PublishingFixture fixture) : IClassFixture<PublishingFixture>
{
    private readonly TestServer _server = fixture.Server;

    [Fact]
    public async Task A_review_from_the_queue_over_a_rejection_and_an_appeal_to_a_visible_version()
    {
        fixture.Stage.Say = (_, _) => Task.FromResult<StageVerdict>(new StageVerdict.Held("scan.findings", "It starts processes.")
        {
            Evidence = JsonSerializer.SerializeToElement(new { findings = new[] { new { code = "scan.il.process", severity = "critical", file = "dist/remoteEntry.js" } } }),
        });
        var ada = await _server.CreateUserAsync();
        var slug = $"Rev{Guid.NewGuid():N}"[..20];
        var package = TestPackages.FrontEnd(slug);
        using var publisher = _server.Registry(ada.Token);
        using var put = await publisher.PutAsync($"/api/v1/plugins/{slug}/1.0.0", new ByteArrayContent(package));
        put.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var id = (await put.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("review").GetProperty("id").GetString();
        using var rita = await ReviewerAsync();
        using var admin = _server.Registry();
        using var other = _server.Registry((await _server.CreateUserAsync()).Token);

        // Who sees it.
        (await IdsAsync(rita, "")).ShouldContain(id);
        (await IdsAsync(publisher, "?mine=true")).ShouldBe([id]);
        (await IdsAsync(other, "")).ShouldBeEmpty();
        await (await other.GetAsync($"/api/v1/reviews/{id}")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "review.unknown");
        var whole = await rita.GetFromJsonAsync<JsonElement>($"/api/v1/reviews/{id}");
        whole.GetProperty("findings")[0].GetProperty("severity").GetString().ShouldBe("critical");
        whole.GetProperty("difference").GetProperty("files_added").GetArrayLength().ShouldBe(3);
        (await rita.GetByteArrayAsync($"/api/v1/reviews/{id}/package")).ShouldBe(package);

        // What is decided how.
        await (await publisher.PostAsJsonAsync($"/api/v1/reviews/{id}/approve", new { reason = "Mine." })).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "review.not_reviewer");
        await (await rita.PostAsync($"/api/v1/reviews/{id}/approve", null)).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "review.reason");
        await (await rita.PostAsync($"/api/v1/reviews/{id}/reject", null)).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "review.reason");
        (await rita.PostAsJsonAsync($"/api/v1/reviews/{id}/reject?dry_run=true", new { reason = "Too much." })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await rita.PostAsJsonAsync($"/api/v1/reviews/{id}/reject", new { reason = "Too much." })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await rita.PostAsJsonAsync($"/api/v1/reviews/{id}/approve", new { reason = "Well." })).ShouldBeProblemAsync(HttpStatusCode.Conflict, "review.not_open");
        var record = await publisher.GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{slug}/1.0.0");
        record.GetProperty("state").GetString().ShouldBe("rejected");
        record.GetProperty("review").GetProperty("rejection_reason").GetString().ShouldBe("Too much.");

        // The appeal.
        await (await publisher.PostAsJsonAsync($"/api/v1/reviews/{id}/appeal", new { text = " " })).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "review.appeal_text");
        await (await admin.PostAsJsonAsync($"/api/v1/reviews/{id}/appeal", new { text = "For them." })).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "review.not_publisher");
        (await publisher.PostAsJsonAsync($"/api/v1/reviews/{id}/appeal", new { text = "It is a debugger." })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await rita.PostAsJsonAsync($"/api/v1/reviews/{id}/approve", new { reason = "Well." })).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "review.same_reviewer");
        (await admin.PostAsJsonAsync($"/api/v1/reviews/{id}/approve", new { reason = "It is one." })).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await other.GetByteArrayAsync($"/api/v1/plugins/{slug}/1.0.0/download")).ShouldBe(package);
        using var events = _server.Host(ada.Token);
        var operation = await publisher.GetFromJsonAsync<JsonElement>($"/api/v1/operations/{record.GetProperty("operation_id")}");
        operation.GetProperty("state").GetString().ShouldBe("visible");
    }

    [Fact]
    public async Task A_reviewer_whom_an_administrator_acts_for_is_not_the_administrators_way_to_approve_their_own()
    {
        fixture.Stage.Say = (_, _) => Task.FromResult<StageVerdict>(new StageVerdict.Held("scan.findings", "Look."));
        var slug = $"Own{Guid.NewGuid():N}"[..20];
        using var admin = _server.Registry();
        using var put = await admin.PutAsync($"/api/v1/plugins/{slug}/1.0.0", new ByteArrayContent(TestPackages.FrontEnd(slug)));
        var id = (await put.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("review").GetProperty("id").GetString();
        var other = await _server.CreateUserAsync();

        admin.DefaultRequestHeaders.Add("Berth-User", other.Id);

        await (await admin.PostAsJsonAsync($"/api/v1/reviews/{id}/approve", new { reason = "Well." })).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "review.own_version");
    }

    [Fact]
    public async Task A_reviewers_token_that_does_not_permit_admin_reviews_nothing()
    {
        fixture.Stage.Say = (_, _) => Task.FromResult<StageVerdict>(new StageVerdict.Held("scan.findings", "Look."));
        var (slug, id) = await HeldAsync();
        using var admin = _server.Host();
        using var made = await admin.PostAsJsonAsync("/api/v1/admin/users", new { username = $"rev-{Guid.NewGuid():N}", roles = new[] { "reviewer" } });
        var body = await made.Content.ReadFromJsonAsync<JsonElement>();
        var token = body.GetProperty("token").GetString()!;
        var rita = new TestUser(body.GetProperty("id").GetString()!, token, _server.Host(token));
        using var less = _server.Registry(await rita.CreateTokenAsync("read", "write"));
        using var all = _server.Registry(token);

        (await IdsAsync(less, "")).ShouldNotContain(id);
        await (await less.PostAsJsonAsync($"/api/v1/reviews/{id}/approve", new { reason = "Well." })).ShouldBeProblemAsync(HttpStatusCode.NotFound, "review.unknown");
        (await less.GetAsync($"/api/v1/plugins/{slug}/trust")).StatusCode.ShouldBe(HttpStatusCode.NotFound, "the same answer for trust and for reviews");
        (await all.GetAsync($"/api/v1/plugins/{slug}/trust")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await all.PostAsJsonAsync($"/api/v1/reviews/{id}/approve", new { reason = "Well." })).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_is_quarantined_is_not_approved()
    {
        fixture.Stage.Say = (_, _) => Task.FromResult<StageVerdict>(new StageVerdict.Held("scan.findings", "Look."));
        var (slug, id) = await HeldAsync();
        using var admin = _server.Registry();
        using var set = await admin.PostAsJsonAsync("/api/v1/trust/quarantines", new { kind = "version", subject = $"{slug}@1.0.0", reason = "It mines." });
        var quarantine = (await set.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();

        await (await admin.PostAsJsonAsync($"/api/v1/reviews/{id}/approve", new { reason = "Fine." })).ShouldBeProblemAsync(HttpStatusCode.Conflict, "review.quarantined");

        (await admin.DeleteAsync($"/api/v1/trust/quarantines/{quarantine}?reason=over")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await admin.PostAsJsonAsync($"/api/v1/reviews/{id}/approve", new { reason = "Fine." })).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_plugin_may_demand_a_second_person()
    {
        fixture.Stage.Say = ControlledStage.ReadAsync;
        var ada = await _server.CreateUserAsync();
        using var owner = _server.Registry(ada.Token);
        var slug = $"Sta{Guid.NewGuid():N}"[..20];
        (await owner.PutAsync($"/api/v1/plugins/{slug}/1.0.0", new ByteArrayContent(TestPackages.FrontEnd(slug)))).StatusCode.ShouldBe(HttpStatusCode.Created);
        using var other = _server.Registry((await _server.CreateUserAsync()).Token);
        await (await other.PutAsJsonAsync($"/api/v1/plugins/{slug}/publishing", new { staged = true })).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "publishing.not_owner");
        await (await owner.PutAsJsonAsync($"/api/v1/plugins/{slug}/publishing", new { })).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid");

        (await owner.PutAsJsonAsync($"/api/v1/plugins/{slug}/publishing", new { staged = true })).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await owner.GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{slug}/publishing")).GetProperty("staged").GetBoolean().ShouldBeTrue();
        using var put = await owner.PutAsync($"/api/v1/plugins/{slug}/2.0.0", new ByteArrayContent(TestPackages.FrontEnd(slug, "2.0.0")));
        put.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var review = (await put.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("review");
        review.GetProperty("reasons")[0].GetProperty("code").GetString().ShouldBe("publish.staged");
        (await owner.GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{slug}")).GetProperty("latest_version").GetString().ShouldBe("1.0.0");
        using var admin = _server.Registry();
        (await admin.PostAsync($"/api/v1/reviews/{review.GetProperty("id")}/approve", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await owner.GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{slug}")).GetProperty("latest_version").GetString().ShouldBe("2.0.0");
    }

    private async Task<(string Slug, string Id)> HeldAsync()
    {
        using var publisher = _server.Registry((await _server.CreateUserAsync()).Token);
        var slug = $"Hel{Guid.NewGuid():N}"[..20];
        using var put = await publisher.PutAsync($"/api/v1/plugins/{slug}/1.0.0", new ByteArrayContent(TestPackages.FrontEnd(slug)));
        put.StatusCode.ShouldBe(HttpStatusCode.Accepted, await put.Content.ReadAsStringAsync());
        return (slug, (await put.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("review").GetProperty("id").GetString()!);
    }

    private async Task<HttpClient> ReviewerAsync()
    {
        using var admin = _server.Host();
        using var made = await admin.PostAsJsonAsync("/api/v1/admin/users", new { username = $"rev-{Guid.NewGuid():N}", roles = new[] { "reviewer" } });
        return _server.Registry((await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString());
    }

    private static async Task<List<string?>> IdsAsync(HttpClient client, string query) =>
        [.. (await client.GetFromJsonAsync<JsonElement>("/api/v1/reviews" + query)).GetProperty("reviews").EnumerateArray().Select(review => review.GetProperty("id").GetString())];
}
