using System.Text.Json;
using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

public sealed class WebhooksCommandTests : ScriptedServerTests
{
    private const string Id = "0192f0c1a2b37c4d8e5f60718293a4b5";
    private const string Hook = $$"""{"id":"{{Id}}","name":"chat","url":"https://example.org/hook","scope":"own","types":["berth.installation.*"],"slug":null,"enabled":true,"failures":0""";
    private const string Delivery = $$"""{"id":"{{Id}}","kind":"event","event_id":7,"event_type":"berth.user.created","state":"failed","created_at":"2027-01-01T00:00:00Z","attempts":[{"attempt":1,"at":"2027-01-01T00:00:00Z","ms":12,"status":500,"error":null,"answer":"no"}]}""";

    [Fact]
    public async Task Add_prints_the_secret_alone_on_stdout()
    {
        Server.On("POST", "/api/v1/webhooks", 201, Hook + ",\"secret\":\"whsec_abc\"}");
        var result = await Cli.RunAsync("webhooks", "add", "https://example.org/hook", "--type", "berth.installation.*", "--plugin", "Notes");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Out.Trim().ShouldBe("whsec_abc");
        Posted().GetProperty("types")[0].GetString().ShouldBe("berth.installation.*");
        Posted().GetProperty("slug").GetString().ShouldBe("Notes");
        Posted().GetProperty("scope").GetString().ShouldBe("own");
    }

    [Fact]
    public async Task Add_in_a_dry_run_asks_the_server_to_judge_it()
    {
        Server.On("POST", "/api/v1/webhooks", 200, $$$"""{"dry_run":true,"would":{{{Hook}}}}}""");
        (await Cli.RunAsync("webhooks", "add", "https://example.org/hook", "--dry-run")).Out.ShouldContain("Would send");
        Server.Last.Query.ShouldBe("?dry_run=true");
    }

    [Fact]
    public async Task List_and_deliveries_are_tables()
    {
        Server.On("GET", "/api/v1/webhooks", 200, $$$"""{"webhooks":[{{{Hook}}}}],"next_cursor":null}""");
        Server.On("GET", $"/api/v1/webhooks/{Id}/deliveries", 200, $$"""{"deliveries":[{{Delivery}}],"next_cursor":null}""");
        (await Cli.RunAsync("webhooks", "list")).Out.ShouldContain("berth.installation.*\ton");
        (await Cli.RunAsync("webhooks", "deliveries", Id, "--state", "failed")).Out.ShouldContain("failed\t1\t500 in 12 ms");
        (await Cli.RunAsync("webhooks", "deliveries", Id, "--json")).Json.GetProperty("deliveries")[0].GetProperty("attempts")[0].GetProperty("status").GetInt32().ShouldBe(500);
    }

    [Fact]
    public async Task A_test_that_the_receiver_does_not_take_fails()
    {
        Server.On("POST", $"/api/v1/webhooks/{Id}/test", 200, Delivery);
        var result = await Cli.RunAsync("webhooks", "test", Id);
        result.Exit.ShouldBe(ExitCode.Failed);
        result.Out.ShouldContain("500 in 12 ms");
    }

    [Fact]
    public async Task Replay_takes_one_delivery_or_a_time()
    {
        Server.On("POST", $"/api/v1/webhooks/{Id}/deliveries/{Id}/replay", 202, Delivery);
        Server.On("POST", $"/api/v1/webhooks/{Id}/replay", 202, """{"queued":3,"continue_after":null}""");
        (await Cli.RunAsync("webhooks", "replay", Id, Id)).Exit.ShouldBe(ExitCode.Done);
        (await Cli.RunAsync("webhooks", "replay", Id, "--since", "2027-01-01T00:00:00Z")).Out.ShouldContain("3 events");
        Server.Last.Query.ShouldBe("?since=2027-01-01T00:00:00Z");
        (await Cli.RunAsync("webhooks", "replay", Id)).Exit.ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task Remove_enable_disable_and_rotate_go_to_the_one_that_is_named()
    {
        Server.On("DELETE", $"/api/v1/webhooks/{Id}", 204, "");
        Server.On("PATCH", $"/api/v1/webhooks/{Id}", 200, Hook + "}");
        Server.On("POST", $"/api/v1/webhooks/{Id}/rotate", 200, Hook + ",\"secret\":\"whsec_new\"}");
        foreach (var word in new[] { "remove", "enable", "disable" })
            (await Cli.RunAsync("webhooks", word, Id)).Exit.ShouldBe(ExitCode.Done, word);
        (await Cli.RunAsync("webhooks", "rotate", Id)).Out.Trim().ShouldBe("whsec_new");
    }

    private JsonElement Posted() => JsonDocument.Parse(Server.Requests.Last(request => request.Method == "POST").Text).RootElement;
}
