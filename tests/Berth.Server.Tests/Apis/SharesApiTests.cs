namespace Berth.Server.Tests.Apis;

public sealed class SharesApiTests(SharesApiTests.Shared shared) : IClassFixture<SharesApiTests.Shared>
{
    private const string V1 = "/api/v1/plugins";
    private readonly TestServer _server = shared.Server;

    [Theory]
    [InlineData("/api/v1/plugins")]
    [InlineData("/api/plugins")]
    public async Task An_offer_is_made_seen_and_accepted(string prefix)
    {
        var (ana, bobName) = (await _server.CreateUserAsync(), $"bob-{Guid.NewGuid():n}");
        var bob = await _server.CreateUserAsync(bobName);
        await ana.InstallAsync("Clock", "1.0.0");

        var offer = await OfferAsync(ana, "Clock", bobName.ToUpperInvariant());

        offer.GetProperty("plugin_slug").GetString().ShouldBe("Clock");
        offer.GetProperty("version").GetString().ShouldBe("1.0.0");
        offer.GetProperty("state").GetString().ShouldBe("offered");
        var id = offer.GetProperty("id").GetString()!;
        var received = (await bob.Client.GetFromJsonAsync<JsonElement>($"{prefix}/shares")).GetProperty("received");
        received[0].GetProperty("id").GetString().ShouldBe(id);
        received[0].GetProperty("from").GetProperty("id").GetString().ShouldBe(ana.Id);
        (await _server.CountAsync("plugin WHERE user_id = @Id", new { bob.Id })).ShouldBe(0, "nothing changes before it is accepted");

        using var accepted = await bob.Client.PostAsJsonAsync($"{prefix}/shares/{id}/accept", new { });

        accepted.StatusCode.ShouldBe(HttpStatusCode.Created, await accepted.Content.ReadAsStringAsync());
        (await accepted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").GetProperty("version").GetString().ShouldBe("1.0.0");
        (await StateAsync(ana, id)).ShouldBe("accepted");
        foreach (var type in new[] { "berth.share.offered", "berth.share.accepted" })
            (await _server.CountAsync("outbox WHERE type = @type AND subject = @id AND user_id IN (@ana, @bob)", new { type, id, ana = ana.Id, bob = bob.Id })).ShouldBe(2);
        (await _server.CountAsync("audit WHERE subject = @id AND action IN ('share.offer', 'share.accept')", new { id })).ShouldBe(2);
        using var again = await bob.Client.PostAsJsonAsync($"{prefix}/shares/{id}/accept", new { });
        await again.ShouldBeProblemAsync(HttpStatusCode.Conflict, "share.closed");
    }

    [Fact]
    public async Task A_private_version_is_shared_byte_for_byte_and_stays_private()
    {
        var (ana, bob, cyd) = (await _server.CreateUserAsync(), await _server.CreateUserAsync(), await _server.CreateUserAsync());
        var slug = $"Mine{Guid.NewGuid():n}";
        using (var form = new MultipartFormDataContent { { new StringContent("local-file"), "method" }, { new ByteArrayContent(TestPackages.FrontEnd(slug)), "file", "x" } })
            (await ana.Client.PostAsync($"{V1}/install", form)).StatusCode.ShouldBe(HttpStatusCode.Created);
        var id = (await OfferAsync(ana, slug, bob.Id)).GetProperty("id").GetString();

        using var accepted = await bob.Client.PostAsync($"{V1}/shares/{id}/accept", null);

        accepted.StatusCode.ShouldBe(HttpStatusCode.Created, await accepted.Content.ReadAsStringAsync());
        (await bob.Client.GetStringAsync(await bob.AddressOfAsync(slug, TestPackages.Script))).ShouldBe(TestPackages.ScriptText(slug, "1.0.0"));
        using var other = await cyd.Client.PostAsJsonAsync($"{V1}/{slug}/install", new { });
        await other.ShouldBeProblemAsync(HttpStatusCode.NotFound, "plugin.unknown");
    }

    [Fact]
    public async Task Who_exists_cannot_be_learnt_from_an_offer()
    {
        var (ana, bob) = (await _server.CreateUserAsync(), await _server.CreateUserAsync());
        await ana.InstallAsync("Clock");
        var nobody = new string('f', 32);

        using var response = await ana.Client.PostAsJsonAsync($"{V1}/Clock/share", new { users = new[] { bob.Id, nobody, "nobody-at-all" } });

        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        var offers = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").GetProperty("shares").EnumerateArray().ToList();
        offers.Select(offer => offer.GetProperty("to").GetString()).ShouldBe([bob.Id, nobody, "nobody-at-all"]);
        offers.Select(offer => Shape(offer)).Distinct().Count().ShouldBe(1);
        var given = (await ana.Client.GetFromJsonAsync<JsonElement>($"{V1}/shares")).GetProperty("given").EnumerateArray().ToList();
        given.Count.ShouldBe(3);
        given.Select(offer => Shape(offer)).Distinct().Count().ShouldBe(1);

        static string Shape(JsonElement offer) => string.Join(',', offer.EnumerateObject().Where(member => member.Name is not ("id" or "to")).Select(member => $"{member.Name}={member.Value}"));
    }

    [Fact]
    public async Task What_cannot_be_offered_is_refused()
    {
        var (ana, bob) = (await _server.CreateUserAsync(), await _server.CreateUserAsync());
        using var nothing = await ana.Client.PostAsJsonAsync($"{V1}/Clock/share", new { users = new[] { bob.Id } });
        await nothing.ShouldBeProblemAsync(HttpStatusCode.NotFound, "share.nothing");
        await ana.InstallAsync("Clock");
        using var self = await ana.Client.PostAsJsonAsync($"{V1}/Clock/share", new { users = new[] { bob.Id, ana.Id } });
        await self.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "share.self");
        foreach (var users in new[] { [], [""], Enumerable.Range(0, 101).Select(i => $"u{i}").ToArray(), ["a\0b"] })
        {
            using var bad = await ana.Client.PostAsJsonAsync($"{V1}/Clock/share", new { users });
            await bad.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "share.users");
        }

        (await _server.CountAsync("share WHERE from_user = @Id", new { ana.Id })).ShouldBe(0);
    }

    [Fact]
    public async Task An_offer_is_the_business_of_its_two_users_alone()
    {
        var (ana, bob, cyd) = (await _server.CreateUserAsync(), await _server.CreateUserAsync(), await _server.CreateUserAsync());
        await ana.InstallAsync("Clock");
        var id = (await OfferAsync(ana, "Clock", bob.Id)).GetProperty("id").GetString();

        foreach (var (user, method, path) in new[] { (cyd, "POST", "/accept"), (cyd, "POST", "/decline"), (cyd, "DELETE", ""), (ana, "POST", "/accept"), (ana, "POST", "/decline"), (bob, "DELETE", "") })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), $"{V1}/shares/{id}{path}");
            using var response = await user.Client.SendAsync(request);
            await response.ShouldBeProblemAsync(HttpStatusCode.NotFound, "share.unknown");
        }

        (await cyd.Client.GetStringAsync($"{V1}/shares")).ShouldNotContain(id!);
    }

    [Fact]
    public async Task A_declined_or_withdrawn_offer_is_closed_and_saying_so_twice_is_no_mistake()
    {
        var (ana, bob) = (await _server.CreateUserAsync(), await _server.CreateUserAsync());
        await ana.InstallAsync("Clock");
        var first = (await OfferAsync(ana, "Clock", bob.Id)).GetProperty("id").GetString();
        for (var i = 0; i < 2; i++)
            (await bob.Client.PostAsync($"{V1}/shares/{first}/decline", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var second = (await OfferAsync(ana, "Clock", bob.Id)).GetProperty("id").GetString();
        for (var i = 0; i < 2; i++)
            (await ana.Client.DeleteAsync($"{V1}/shares/{second}")).StatusCode.ShouldBe(HttpStatusCode.OK);

        foreach (var id in new[] { first, second })
        {
            using var response = await bob.Client.PostAsync($"{V1}/shares/{id}/accept", null);
            await response.ShouldBeProblemAsync(HttpStatusCode.Conflict, "share.closed");
        }

        (await StateAsync(ana, first!)).ShouldBe("declined");
        (await StateAsync(ana, second!)).ShouldBe("withdrawn");
    }

    [Fact]
    public async Task A_new_offer_takes_the_place_of_the_one_before()
    {
        var (ana, bob) = (await _server.CreateUserAsync(), await _server.CreateUserAsync());
        await ana.InstallAsync("Clock", "1.0.0");
        var old = (await OfferAsync(ana, "Clock", bob.Id)).GetProperty("id").GetString()!;
        (await ana.Client.PostAsJsonAsync($"{V1}/Clock/update", new { })).StatusCode.ShouldBe(HttpStatusCode.OK);

        var offer = await OfferAsync(ana, "Clock", bob.Id);

        offer.GetProperty("version").GetString().ShouldBe("1.1.0");
        (await StateAsync(ana, old)).ShouldBe("withdrawn");
    }

    [Fact]
    public async Task An_acceptance_that_cannot_be_installed_leaves_the_offer_open()
    {
        var (ana, bob) = (await _server.CreateUserAsync(), await _server.CreateUserAsync());
        await ana.InstallAsync("Clock", "1.0.0");
        await bob.InstallAsync("Clock", "1.1.0");
        var id = (await OfferAsync(ana, "Clock", bob.Id)).GetProperty("id").GetString()!;
        using var response = await bob.Client.PostAsync($"{V1}/shares/{id}/accept", null);
        await response.ShouldBeProblemAsync(HttpStatusCode.Conflict, "plugin.already_installed");
        (await StateAsync(bob, id)).ShouldBe("offered");
        (await bob.Client.DeleteAsync($"{V1}/Clock")).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await bob.Client.PostAsync($"{V1}/shares/{id}/accept", null)).StatusCode.ShouldBe(HttpStatusCode.Created);

        (await StateAsync(bob, id)).ShouldBe("accepted");
    }

    [Fact]
    public async Task An_offer_expires_after_thirty_days()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
        await server.PublishAsync(TestPackages.FrontEnd());
        var (ana, bob) = (await server.CreateUserAsync(), await server.CreateUserAsync());
        await ana.InstallAsync("Clock");
        var id = (await OfferAsync(ana, "Clock", bob.Id)).GetProperty("id").GetString()!;

        time.Advance(TimeSpan.FromDays(30));

        (await StateAsync(bob, id)).ShouldBe("expired");
        using var response = await bob.Client.PostAsync($"{V1}/shares/{id}/accept", null);
        await response.ShouldBeProblemAsync(HttpStatusCode.Conflict, "share.closed");
    }

    [Fact]
    public async Task Long_lists_come_in_pages()
    {
        var (ana, bob) = (await _server.CreateUserAsync(), await _server.CreateUserAsync());
        await ana.InstallAsync("Clock");
        foreach (var name in new[] { bob.Id, "a", "b", "c", "d" })
            await OfferAsync(ana, "Clock", name);

        List<string> seen = [];
        string? cursor = null;
        do
        {
            var page = await ana.Client.GetFromJsonAsync<JsonElement>($"{V1}/shares?limit=2" + (cursor is null ? "" : $"&cursor={cursor}"));
            seen.AddRange(page.GetProperty("given").EnumerateArray().Select(offer => offer.GetProperty("to").GetString()!));
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);

        // Offers of the same millisecond come in any order.
        seen.ShouldBe(["d", "c", "b", "a", bob.Id], ignoreOrder: true);
    }

    private static async Task<JsonElement> OfferAsync(TestUser from, string slug, string to)
    {
        using var response = await from.Client.PostAsJsonAsync($"{V1}/{slug}/share", new { users = new[] { to } });
        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").GetProperty("shares")[0];
    }

    private static async Task<string?> StateAsync(TestUser user, string id)
    {
        var page = await user.Client.GetFromJsonAsync<JsonElement>($"{V1}/shares");
        return page.GetProperty("received").EnumerateArray().Concat(page.GetProperty("given").EnumerateArray())
            .Single(offer => offer.GetProperty("id").GetString() == id).GetProperty("state").GetString();
    }

    public sealed class Shared : ServerFixture
    {
        protected override Task PrepareAsync() => Server.PublishAsync(TestPackages.FrontEnd("Clock"), TestPackages.FrontEnd("Clock", "1.1.0"));
    }
}
