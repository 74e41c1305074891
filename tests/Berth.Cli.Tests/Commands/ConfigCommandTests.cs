using System.Text.Json.Nodes;
using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

/// <summary>config and modules.</summary>
public sealed class ConfigCommandTests : ScriptedServerTests
{
    private const string Path = "/api/v1/plugins/Notes/config";

    private const string Settings =
        """
        {"status":"success","data":{"plugin_slug":"Notes","plugin_id":"0_Notes","version":"1.0.0",
          "config":{"sortBy":"title","limit":20,"server":{"host":"a.example"}},"own":{"sortBy":"title","server":{"host":"a.example"}},
          "schema":{"type":"object","properties":{"sortBy":{"type":"string"},"limit":{"type":"integer"},"tags":{"type":"array"},"apiKey":{"type":"string","x-secret":true},
            "server":{"type":"object","properties":{"host":{"type":"string"},"password":{"type":"string","x-secret":true}}}}},
          "secrets":{"/apiKey":true,"/server/password":false}}}
        """;

    [Fact]
    public async Task Settings_are_listed_with_where_they_come_from_and_without_secrets()
    {
        Server.On("GET", Path, 200, Settings);
        foreach (var arguments in new[] { new[] { "config", "Notes" }, ["config", "get", "Notes"] })
        {
            (await Cli.RunAsync(arguments)).Lines.ShouldBe(
                ["sortBy\ttitle\tyou", "limit\t20\tdefault", "server.host\ta.example\tyou", "apiKey\t(secret, set)\tyou", "server.password\t(secret, not set)\t"]);
        }

        var json = (await Cli.RunAsync("config", "Notes", "--json")).Json;
        json.GetProperty("schemaVersion").GetInt32().ShouldBe(1);
        json.GetProperty("own").GetProperty("sortBy").GetString().ShouldBe("title");
        json.GetProperty("secrets").GetProperty("/apiKey").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("sortBy", "title")]
    [InlineData("server.host", "a.example")]
    [InlineData("/server/host", "a.example")]
    [InlineData("server", "server.host\ta.example\tyou")]
    [InlineData("apiKey", "(secret, set)")]
    public async Task One_setting_is_printed_alone(string name, string expected)
    {
        Server.On("GET", Path, 200, Settings);
        (await Cli.RunAsync("config", "get", "Notes", name)).Lines[0].ShouldBe(expected);
        (await Cli.RunAsync("config", "get", "Notes", "nobody")).Exit.ShouldBe(ExitCode.NotFound);
    }

    [Fact]
    public async Task Values_get_the_type_that_the_schema_names()
    {
        Server.On("GET", Path, 200, Settings).On("PATCH", Path, 200, Settings.Replace("\"secrets\"", "\"changed\":[\"/limit\",\"/sortBy\"],\"secrets\""));
        var result = await Cli.RunAsync("config", "Notes", "sortBy=7", "limit=7", "tags=[\"a\"]", "server.host=b.example", "other=true", "another=a=b");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Out.ShouldContain("changed limit, sortBy");
        JsonNode.DeepEquals(JsonNode.Parse(Server.Last.Text), JsonNode.Parse("""{"sortBy":"7","limit":7,"tags":["a"],"server":{"host":"b.example"},"other":true,"another":"a=b"}""")).ShouldBeTrue(Server.Last.Text);
    }

    [Theory]
    [InlineData("limit=many")]
    [InlineData("limit")]
    [InlineData("=7")]
    public async Task What_is_no_setting_is_not_sent(string assignment)
    {
        Server.On("GET", Path, 200, Settings);
        (await Cli.RunAsync("config", "set", "Notes", assignment)).Exit.ShouldBe(ExitCode.Usage);
        Server.Requests.ShouldAllBe(request => request.Method == "GET");
        (await Cli.RunAsync("config", "set", "Notes")).Exit.ShouldBe(ExitCode.Usage);
    }

    [Theory]
    [InlineData("apiKey=hunter2")]
    [InlineData("server.password=hunter2")]
    [InlineData("/server/password=hunter2")]
    public async Task A_secret_among_the_arguments_is_refused_and_not_repeated(string assignment)
    {
        Server.On("GET", Path, 200, Settings);
        var result = await Cli.RunAsync("config", "Notes", assignment);
        result.Exit.ShouldBe(ExitCode.Usage);
        result.Error.ShouldContain("--secret");
        (result.Error + result.Out).ShouldNotContain("hunter2");
        Server.Requests.ShouldAllBe(request => request.Method == "GET");
    }

    [Fact]
    public async Task Secrets_come_from_standard_input_or_from_a_person_and_are_not_printed()
    {
        Server.On("GET", Path, 200, Settings).On("PATCH", Path, 200, Settings.Replace("\"secrets\"", "\"changed\":[\"/apiKey\"],\"secrets\""));
        Cli.Input = "hunter2\nhunter3\n";
        var piped = await Cli.RunAsync("config", "set", "Notes", "--secret", "apiKey", "--secret", "server.password");
        piped.Exit.ShouldBe(ExitCode.Done, piped.Error);
        JsonNode.DeepEquals(JsonNode.Parse(Server.Last.Text), JsonNode.Parse("""{"apiKey":"hunter2","server":{"password":"hunter3"}}""")).ShouldBeTrue(Server.Last.Text);

        (Cli.IsTerminal, Cli.Secret, Cli.Input) = (true, "typed", "");
        var typed = await Cli.RunAsync("config", "Notes", "--secret", "apiKey");
        Server.Last.Text.ShouldBe("""{"apiKey":"typed"}""");
        (piped.Out + piped.Error).ShouldNotContain("hunter");
        (typed.Out + typed.Error).ShouldNotContain("typed");

        (Cli.IsTerminal, Cli.Input) = (false, "");
        (await Cli.RunAsync("config", "Notes", "--secret", "apiKey")).Exit.ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task Unset_sends_null_and_a_dry_run_asks_for_the_plan()
    {
        Server.On("PATCH", Path, async context => await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, context.Request.Query.ContainsKey("dry_run")
            ? """{"status":"success","dry_run":true,"data":{"plan":{"kind":"configure","plugin_slug":"Notes","notes":["Changes '/limit'."]}}}"""
            : Settings));
        (await Cli.RunAsync("config", "unset", "Notes", "limit", "server.password", "--dry-run")).Lines.ShouldBe(["Changes '/limit'."]);
        Server.Last.Query.ShouldBe("?dry_run=true");
        Server.Last.Text.ShouldBe("""{"limit":null,"server":{"password":null}}""");
        (await Cli.RunAsync("config", "unset", "Notes", "limit")).Out.ShouldContain("was so already");
    }

    [Fact]
    public async Task What_the_server_refuses_ends_with_7_and_names_each_setting()
    {
        Server.On("GET", Path, 200, Settings).Fails("PATCH", Path, 422, "settings.invalid", more: ""","errors":[{"code":"settings.range","message":"too small","pointer":"/limit"}]""");
        var result = await Cli.RunAsync("config", "Notes", "limit=0");
        result.Exit.ShouldBe(ExitCode.Refused);
        result.Error.ShouldContain("settings.range [/limit]");
    }

    [Fact]
    public async Task The_running_server_tells_an_administrator_what_it_is_set_to()
    {
        Server.On("GET", "/api/v1/admin/settings", 200, """{"settings":[{"name":"BERTH_ROLE","value":"all","source":"default"}]}""");
        (await Cli.RunAsync("config", "--running")).Lines.ShouldBe(["BERTH_ROLE\tall\tdefault"]);
    }

    [Fact]
    public async Task Modules_are_listed_and_changed()
    {
        Server.On("GET", "/api/v1/plugins/Notes/modules", 200, """
            {"modules":[{"id":"0_Notes_My list","name":"My list","displayName":"List","enabled":true,"priority":3,
            "configFields":{"title":{"type":"text","value":"Mine"},"rows":{"type":"number"}}}]}
            """);
        Server.On("PATCH", "/api/v1/plugins/Notes/modules/My%20list", 200, """{"status":"success","message":"ok"}""");
        (await Cli.RunAsync("modules", "Notes")).Lines.ShouldBe(["My list\tList\tshown\t3\ttitle=Mine"]);

        (await Cli.RunAsync("modules", "Notes", "my list", "title=7", "rows=7", "other=null", "--hide", "--priority", "-2")).Exit.ShouldBe(ExitCode.Done);
        Server.Last.Text.ShouldBe("""{"enabled":false,"priority":-2,"config":{"title":"7","rows":7,"other":null}}""");
        (await Cli.RunAsync("modules", "Notes", "Nobody", "--show")).Exit.ShouldBe(ExitCode.NotFound);
        (await Cli.RunAsync("modules", "Notes", "My list", "--show", "--hide")).Exit.ShouldBe(ExitCode.Usage);
    }
}
