using Berth.Plugins.Tests;

namespace Berth.Server.Tests.Composition;

/// <summary>The sample plugins of the isolation level vm, published, installed and used as people do: in the sandbox.</summary>
public sealed class VmPluginTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private TestUser _ana = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        await _server.PublishAsync(File.ReadAllBytes(Repository.Package("Snippets", "1.0.0")), File.ReadAllBytes(Repository.Package("Sparkline", "1.0.0")));
        _ana = await _server.CreateUserAsync("ana");
        await _ana.InstallAsync("Snippets");
        await _ana.InstallAsync("Sparkline");
    }

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task Snippets_keeps_a_users_texts_and_fills_them_in()
    {
        using var text = new StringContent("Hello {{name|friend}}, your room is {{room}}. {{signature}}");
        (await _ana.Client.PutAsync("/p/Snippets/snippets/welcome", text)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await _ana.Client.GetStringAsync("/p/Snippets/snippets/welcome?room=12")).ShouldBe("Hello friend, your room is 12. ana");
        using var missing = await _ana.Client.GetAsync("/p/Snippets/snippets/welcome");
        (missing.StatusCode, await missing.Content.ReadAsStringAsync()).ShouldBe((HttpStatusCode.BadRequest, """{"status":400,"detail":"Nothing fills room. Add room=… to the address."}"""));

        using var settings = await _ana.Client.PutAsJsonAsync("/api/v1/plugins/Snippets/config", new { signature = "Yours, A." });
        settings.StatusCode.ShouldBe(HttpStatusCode.OK, await settings.Content.ReadAsStringAsync());
        (await _ana.Client.GetStringAsync("/p/Snippets/snippets/welcome?room=12&name=Ben")).ShouldBe("Hello Ben, your room is 12. Yours, A.");

        var ben = await _server.CreateUserAsync("ben");
        await ben.InstallAsync("Snippets");
        (await ben.Client.GetStringAsync("/p/Snippets/snippets")).ShouldBe("[]");
        (await _ana.Client.GetStringAsync("/p/Snippets/snippets")).ShouldContain("\"places\":[\"name\",\"room\",\"signature\"]");
        (await _ana.Client.DeleteAsync("/p/Snippets/snippets/welcome")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await _ana.Client.GetAsync("/p/Snippets/snippets/welcome")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Sparkline_draws_what_it_is_asked()
    {
        using var answer = await _ana.Client.GetAsync("/p/Sparkline/sparkline.svg?values=1,5,3&label=a%26b");
        answer.Content.Headers.ContentType!.ToString().ShouldBe("image/svg+xml; charset=utf-8");
        (await answer.Content.ReadAsStringAsync()).ShouldStartWith("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"120\" height=\"30\" viewBox=\"0 0 120 30\" role=\"img\"><title>a&amp;b</title><path d=\"M2 28L60 2L118 15\"");
        using var numbers = new StringContent("month;visits\n1;3\n2;4");
        (await (await _ana.Client.PostAsync("/p/Sparkline/sparkline.svg?kind=bar", numbers)).Content.ReadAsStringAsync()).ShouldContain("4 values from 1 to 4");
        (await _ana.Client.GetAsync("/p/Sparkline/sparkline.svg?values=1")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await _ana.Client.GetAsync("/p/Sparkline/other")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
