using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Berth.Host;
using Berth.Host.Dispatch;

namespace Berth.Plugins.Tests;

/// <summary>The built plugins in Berth's own host.</summary>
public sealed class HostTests
{
    [Fact]
    public async Task Two_versions_of_Notes_answer_side_by_side_with_their_own()
    {
        await using var bed = await new HostBed().StartAsync();

        foreach (var version in (string[])["1.0.0", "1.1.0"])
            (await bed.Client.GetFromJsonAsync<JsonNode>($"Notes/{version}/version"))!["version"]!.GetValue<string>().ShouldBe(version);

        bed.Pool.Statistics.Active.ShouldBe(2);
    }

    [Theory]
    [InlineData("1.0.0")]
    [InlineData("1.1.0")]
    public async Task Notes_greets_a_new_user_keeps_a_note_and_unloads(string version)
    {
        await using var bed = await new HostBed().StartAsync();
        using (var lease = await bed.LeaseAsync("Notes", version))
        {
            lease.Lifecycle.IsOwn.ShouldBeTrue();
            await lease.Lifecycle.InstallAsync(new UserInstallation(bed.User, "Notes", version, bed.Data, "{}"));
        }

        (await bed.Client.PostAsJsonAsync($"Notes/{version}/notes", new { title = "a", text = "b" })).StatusCode.ShouldBe(HttpStatusCode.Created);
        var list = await bed.Client.GetFromJsonAsync<JsonNode>($"Notes/{version}/notes");

        list!["notes"]!.AsArray().Select(note => note!["title"]!.GetValue<string>()).ShouldBe(["a", "Welcome to Notes"], ignoreOrder: true);
        (await bed.Pool.UnloadAsync(new PluginVersionId("Notes", version))).ShouldBeOfType<UnloadOutcome.Unloaded>();
    }

    [Fact]
    public async Task FeedReader_reads_with_the_grant_and_unloads()
    {
        await using var server = await FeedReader.FeedServer.ServingAsync("<rss version=\"2.0\"><channel><title>t</title></channel></rss>");
        await using var bed = await new HostBed { GrantedCapabilities = new HashSet<string> { Capabilities.HttpClient } }.StartAsync();

        var answer = await bed.Client.GetFromJsonAsync<JsonNode>($"FeedReader/1.0.0/feed?url={Uri.EscapeDataString(server.Url())}");

        answer!["feed"]!["title"]!.GetValue<string>().ShouldBe("t");
        (await bed.Pool.UnloadAsync(new PluginVersionId("FeedReader", "1.0.0"))).ShouldBeOfType<UnloadOutcome.Unloaded>();
    }

    [Fact]
    public async Task FeedReader_is_denied_the_network_without_the_grant_and_keeps_subscriptions_all_the_same()
    {
        await using var bed = await new HostBed().StartAsync();

        await bed.Client.GetAsync(new Uri("FeedReader/1.0.0/feed?url=http://127.0.0.1/", UriKind.Relative));
        bed.LastOutcome.ShouldBeOfType<DispatchOutcome.Denied>().Reason.ShouldContain(Capabilities.HttpClient);

        var followed = await bed.Client.PostAsJsonAsync("FeedReader/1.0.0/subscriptions", new { url = "https://example.org/" });
        followed.StatusCode.ShouldBe(HttpStatusCode.Created);
    }
}
