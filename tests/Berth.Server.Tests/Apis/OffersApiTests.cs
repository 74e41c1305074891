using Berth.Host.Offers;

namespace Berth.Server.Tests.Apis;

/// <summary>What the host offers of its machine to plugins, as its administrators see it.</summary>
public sealed class OffersApiTests
{
    [Fact]
    public async Task Administrators_see_each_offer_and_what_of_it_has_gone_since_the_start()
    {
        using var folder = new TestFolder();
        var docs = Directory.CreateDirectory(Path.Combine(folder.Path, "docs")).FullName;
        await using var server = await TestServer.StartAsync(settings => settings with
        {
            PluginFolders = [new OfferedFolder("docs", docs, IsWritable: true), new OfferedFolder("gone", Path.Combine(folder.Path, "gone"), IsWritable: false)],
            PluginPrograms = [new OfferedProgram("none", "/usr/bin/berth-none")],
        });
        using var admin = server.Host();
        foreach (var path in (string[])["/api/v1/plugins/system/offers", "/api/plugins/system/offers"])
        {
            var offers = (await admin.GetFromJsonAsync<JsonElement>(path)).GetProperty("offers").EnumerateArray().ToList();
            offers.Select(Line).ShouldBe(["folder docs write True ", "folder gone read False There is no such folder.", "program none run False There is no such program."]);
            offers[0].GetProperty("path").GetString().ShouldBe(docs);
            offers[1].GetProperty("remedy").GetString()!.ShouldContain("BERTH_PLUGIN_FOLDERS");
        }
    }

    [Fact]
    public async Task Others_do_not_and_a_host_that_offers_nothing_says_so()
    {
        await using var server = await TestServer.StartAsync();
        var ana = await server.CreateUserAsync();
        (await ana.Client.GetAsync("/api/v1/plugins/system/offers")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var admin = server.Host();
        (await admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/offers")).GetProperty("offers").GetArrayLength().ShouldBe(0);
    }

    private static string Line(JsonElement offer) =>
        $"{offer.GetProperty("kind").GetString()} {offer.GetProperty("name").GetString()} {offer.GetProperty("access").GetString()} {offer.GetProperty("usable").GetBoolean()} {offer.GetProperty("reason").GetString()}";
}
