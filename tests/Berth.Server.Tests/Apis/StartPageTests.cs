namespace Berth.Server.Tests.Apis;

public sealed class StartPageTests
{
    [Fact]
    public async Task Who_opens_the_hosts_address_learns_what_it_is_and_every_link_leads_somewhere()
    {
        await using var server = await TestServer.StartAsync();
        using var anonymous = server.Host(token: null);
        using var response = await anonymous.GetAsync("/");

        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        response.Headers.GetValues("Content-Security-Policy").Single().ShouldStartWith("default-src 'none'");
        var page = await response.Content.ReadAsStringAsync();
        page.ShouldContain("<h1>Berth</h1>");
        var links = page.Split("href=\"").Skip(1).Select(part => part[..part.IndexOf('"', StringComparison.Ordinal)]).ToList();
        links.Count.ShouldBe(4);
        foreach (var link in links)
            (await anonymous.GetAsync(link)).StatusCode.ShouldBe(HttpStatusCode.OK, link);
    }
}
