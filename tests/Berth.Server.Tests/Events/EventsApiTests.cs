using Berth.Data.Sessions;
using Berth.Events;
using Berth.Host;
using Berth.Host.Events;

namespace Berth.Server.Tests.Events;

public sealed class EventsApiTests(EventsApiTests.Shared shared) : IClassFixture<EventsApiTests.Shared>
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task An_installation_comes_as_a_CloudEvent_to_its_user()
    {
        var ana = await _server.CreateUserAsync();
        await using var reader = await EventReader.OpenAsync(ana.Client, "/api/v1/events?type=berth.installation.*");
        await ana.InstallAsync("Clock");

        var (name, published) = (await reader.NextAsync()).ShouldNotBeNull();
        name.ShouldBe("message", "so that a browser's onmessage gets it");
        published.GetProperty("specversion").GetString().ShouldBe("1.0");
        published.GetProperty("id").GetString().ShouldBe(reader.LastId);
        published.GetProperty("source").GetString().ShouldNotBeNullOrEmpty();
        published.GetProperty("type").GetString().ShouldBe("berth.installation.installed");
        published.GetProperty("subject").GetString().ShouldBe($"{ana.Id}_Clock");
        published.GetProperty("time").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddHours(-1));
        published.GetProperty("datacontenttype").GetString().ShouldBe("application/json");
        EventCatalogue.Read("berth.installation.installed", published.GetProperty("data").GetRawText())
            .ShouldBeOfType<InstallationInstalled>().ShouldSatisfyAllConditions(data => data.Slug.ShouldBe("Clock"), data => data.Version.ShouldBe("1.0.0"));
    }

    [Fact]
    public async Task Nobody_sees_what_is_not_theirs_and_an_administrator_sees_all()
    {
        var (ana, ben) = (await _server.CreateUserAsync(), await _server.CreateUserAsync());
        using var admin = _server.Host();
        await using var all = await EventReader.OpenAsync(admin, "/api/v1/events?slug=clock");
        await using var own = await EventReader.OpenAsync(ana.Client, "/api/v1/events?slug=clock");
        await ben.InstallAsync("Clock");
        await ana.InstallAsync("Clock");

        (await own.DataAsync()).GetProperty("userid").GetString().ShouldBe(ana.Id);
        (await all.DataAsync()).GetProperty("userid").GetString().ShouldBe(ben.Id);
        (await all.DataAsync()).GetProperty("userid").GetString().ShouldBe(ana.Id);
    }

    [Fact]
    public async Task Last_Event_ID_resumes_without_gap_or_duplicate_also_after_a_restart()
    {
        await using var server = await TestServer.StartAsync();
        await server.PublishAsync(TestPackages.FrontEnd());
        var ana = await server.CreateUserAsync();
        var last = "0";
        var seen = new List<string>();
        for (var round = 0; round < 3; round++)
        {
            using var client = server.Host(ana.Token);
            foreach (var enabled in new[] { true, false })
            {
                if (round == 0 && enabled)
                    await ana.InstallAsync("Clock");
                else
                    using (await client.PatchAsJsonAsync("/api/v1/plugins/Clock", new { enabled }))
                    {
                        // What is the case already is answered, too.
                    }
            }

            await using (var reader = await EventReader.OpenAsync(client, "/api/v1/events?type=berth.installation.*", last))
            {
                // The first of the two only: the second is what the next round must begin with.
                seen.Add((await reader.DataAsync()).GetProperty("id").GetString()!);
                last = reader.LastId!;
            }

            await server.RestartAsync();
        }

        using var end = server.Host(ana.Token);
        await using var rest = await EventReader.OpenAsync(end, "/api/v1/events?type=berth.installation.*", last);
        var expected = await server.Server.Services.GetRequiredService<IDatabase>().ReadAsync(session => session.QueryAsync<string>(
            "SELECT CAST(seq AS TEXT) FROM outbox WHERE user_id = @Id AND type LIKE 'berth.installation.%' ORDER BY seq", new { ana.Id }));
        while (seen.Count < expected.Count)
            seen.Add((await rest.DataAsync()).GetProperty("id").GetString()!);
        seen.ShouldBe(expected);
    }

    [Fact]
    public async Task Who_resumes_before_what_is_kept_is_told_of_the_gap()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Clock");
        await using var reader = await EventReader.OpenAsync(ana.Client, "/api/v1/events", "999999999");

        var (name, gap) = (await reader.NextAsync()).ShouldNotBeNull();
        name.ShouldBe("gap");
        gap.GetProperty("requested").GetInt64().ShouldBe(999999999);
        reader.LastId.ShouldBe(gap.GetProperty("continues_after").GetRawText());
    }

    [Fact]
    public async Task A_stream_ends_when_its_token_is_revoked()
    {
        var ana = await _server.CreateUserAsync();
        var token = await ana.CreateTokenAsync("read");
        using var client = _server.Host(token);
        await using var reader = await EventReader.OpenAsync(client, "/api/v1/events?type=berth.installation.*");
        var mine = (await ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/auth/tokens")).GetProperty("tokens").EnumerateArray().First(one => one.GetProperty("name").GetString() == "limited");
        using (var revoked = await ana.Client.DeleteAsync($"/api/v1/auth/tokens/{mine.GetProperty("id").GetString()}"))
            revoked.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await ana.InstallAsync("Clock");

        (await reader.NextAsync()).ShouldBeNull("nothing is told to a token that is no longer in force");
    }

    [Fact]
    public async Task Without_a_stream_the_newest_come_page_by_page()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Clock");
        using (await ana.Client.PatchAsJsonAsync("/api/v1/plugins/Clock", new { enabled = false }))
        {
            // A second event.
        }

        var page = await ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/events?limit=1&type=berth.installation.*");
        page.GetProperty("events")[0].GetProperty("type").GetString().ShouldBe("berth.installation.disabled");
        page = await ana.Client.GetFromJsonAsync<JsonElement>($"/api/v1/events?limit=1&type=berth.installation.*&cursor={page.GetProperty("next_cursor").GetString()}");
        page.GetProperty("events")[0].GetProperty("type").GetString().ShouldBe("berth.installation.installed");
        using var bad = await ana.Client.GetAsync("/api/v1/events?cursor=x");
        await bad.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.cursor");
    }

    [Fact]
    public async Task Every_event_that_was_written_is_one_of_the_catalogue_member_by_member()
    {
        var ana = await _server.CreateUserAsync();
        await ana.CreateTokenAsync("read");
        await ana.InstallAsync("Clock");
        using (await ana.Client.DeleteAsync("/api/v1/plugins/Clock?purge=true"))
        {
            // One more type.
        }

        var rows = await _server.Server.Services.GetRequiredService<IDatabase>().ReadAsync(session => session.QueryAsync<Row>("SELECT type, data FROM outbox"));
        rows.Select(row => row.Type).Distinct().Count().ShouldBeGreaterThan(4);
        foreach (var row in rows)
        {
            EventCatalogue.Read(row.Type, row.Data).ShouldNotBeNull(row.Type);
            var members = EventCatalogue.RecordOf(row.Type)!.GetProperties().Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)).ToList();
            JsonSerializer.Deserialize<JsonElement>(row.Data).EnumerateObject().Select(member => member.Name).Except(members).ShouldBeEmpty(row.Type);
        }
    }

    [Fact]
    public async Task What_the_host_raises_about_a_version_is_for_administrators_and_a_users_denial_for_them_too()
    {
        var ana = await _server.CreateUserAsync();
        using var admin = _server.Host();
        await using var all = await EventReader.OpenAsync(admin, "/api/v1/events?slug=Raised");
        await using var own = await EventReader.OpenAsync(ana.Client, "/api/v1/events?slug=Raised");
        var events = _server.Server.Services.GetRequiredService<IHostEvents>();
        var version = new PluginVersionId("Raised", "1.0.0");
        events.Raise(new BreakerOpened("Raised", "1.0.0", "five of five calls failed", 60_000), version);
        events.Raise(new GuardDenied("Raised", "1.0.0", "owner", "Raised", "GET", "/notes", "not yours"), version, ana.Id);

        (await own.DataAsync()).GetProperty("type").GetString().ShouldBe("berth.guard.denied");
        var opened = await all.DataAsync();
        opened.GetProperty("type").GetString().ShouldBe("berth.breaker.opened");
        opened.GetProperty("subject").GetString().ShouldBe("Raised@1.0.0");
        opened.TryGetProperty("userid", out _).ShouldBeFalse();
        (await all.DataAsync()).GetProperty("type").GetString().ShouldBe("berth.guard.denied");

        var page = await admin.GetFromJsonAsync<JsonElement>("/api/v1/events?slug=Raised");
        page.GetProperty("events").EnumerateArray().Select(row => row.GetProperty("type").GetString()).ShouldBe(["berth.guard.denied", "berth.breaker.opened"]);
        var audit = await ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/audit?action=guard.denied");
        audit.ToString().ShouldContain("not yours");
    }

    private sealed record Row(string Type, string Data);

    public sealed class Shared : ServerFixture
    {
        protected override Task PrepareAsync() => Server.PublishAsync(TestPackages.FrontEnd());
    }
}
