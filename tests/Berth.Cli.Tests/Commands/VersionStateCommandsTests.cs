using System.Text.Json;
using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

/// <summary>yank, unyank, deprecate, unpublish, channels, compat and publishers.</summary>
public sealed class VersionStateCommandsTests : ScriptedServerTests
{
    [Fact]
    public async Task Yank_sends_its_reason_and_says_how_to_undo_it()
    {
        Server.On("POST", "/api/v1/plugins/Notes/1.0.0/yank", 200, "{}");
        var result = await Cli.RunAsync("yank", "Notes", "1.0.0", "--reason", "It eats notes.");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Out.ShouldContain("Notes 1.0.0 is not offered any more");
        result.Error.ShouldContain("berth unyank Notes 1.0.0");
        Sent().GetProperty("reason").GetString().ShouldBe("It eats notes.");
        (await Cli.RunAsync("yank", "Notes", "1.0.0")).Exit.ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task Unyank_and_a_dry_run_ask_the_registry()
    {
        Server.On("POST", "/api/v1/plugins/Notes/1.0.0/unyank", 200, "{}");
        (await Cli.RunAsync("unyank", "Notes", "1.0.0", "--dry-run")).Out.ShouldContain("would be offered again");
        Server.Last.Query.ShouldContain("dry_run=true");
    }

    [Fact]
    public async Task Deprecate_warns_of_all_versions_or_one_and_takes_it_back()
    {
        Server.On("POST", "/api/v1/plugins/Notes/deprecate", 200, "{}");
        Server.On("POST", "/api/v1/plugins/Notes/1.0.0/deprecate", 200, "{}");
        (await Cli.RunAsync("deprecate", "Notes", "--message", "Old.", "--successor", "Better@^2.0.0")).Exit.ShouldBe(ExitCode.Done);
        Sent().GetProperty("successor").GetString().ShouldBe("Better");
        Sent().GetProperty("successor_version").GetString().ShouldBe("^2.0.0");
        (await Cli.RunAsync("deprecate", "Notes", "1.0.0", "--undo")).Out.ShouldContain("is not deprecated");
        Sent().GetProperty("message").GetString().ShouldBe("");
        (await Cli.RunAsync("deprecate", "Notes")).Exit.ShouldBe(ExitCode.Usage);
        (await Cli.RunAsync("deprecate", "Notes", "--undo", "--message", "x")).Exit.ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task Unpublish_asks_first_and_deletes_nothing_without_a_yes()
    {
        Server.On("DELETE", "/api/v1/plugins/Notes/1.0.0", 200, "{}");
        (await Cli.RunAsync("unpublish", "Notes", "1.0.0")).Exit.ShouldBe(ExitCode.Usage);
        Server.Last.Query.ShouldContain("dry_run=true");
        (await Cli.RunAsync("unpublish", "Notes", "1.0.0", "--yes", "--reason", "Wrong file.")).Exit.ShouldBe(ExitCode.Done);
        Server.Last.Query.ShouldContain("dry_run=false");
        Server.Last.Query.ShouldContain("reason=Wrong%20file.");
    }

    [Fact]
    public async Task A_refused_deletion_names_its_reasons()
    {
        Server.Fails("DELETE", "/api/v1/plugins/Notes/1.0.0", 409, "version.delete.age");
        var result = await Cli.RunAsync("unpublish", "Notes", "1.0.0", "--yes");
        result.Exit.ShouldBe(ExitCode.Conflict);
        result.Error.ShouldContain("version.delete.age");
    }

    [Fact]
    public async Task Channels_are_listed_promoted_and_released()
    {
        Server.On("GET", "/api/v1/plugins/Notes/channels", 200, """{"slug":"Notes","channels":[{"name":"stable","version":"1.0.0","chosen":"1.0.0"},{"name":"beta","version":null,"chosen":null}]}""");
        Server.On("POST", "/api/v1/plugins/Notes/versions/1.1.0/promote", 200, """{"slug":"Notes","channel":"stable","version":"1.1.0","previous":"1.0.0"}""");
        Server.On("DELETE", "/api/v1/plugins/Notes/channels/stable", 200, """{"slug":"Notes","channel":"stable","version":null,"previous":"1.1.0"}""");
        (await Cli.RunAsync("channels", "list", "Notes")).Lines.ShouldBe(["stable\t1.0.0\t1.0.0", "beta\t\t"]);
        var promoted = await Cli.RunAsync("channels", "promote", "Notes", "1.1.0", "--reason", "Tested.");
        promoted.Out.ShouldContain("The channel stable of Notes gives 1.1.0 (before: 1.0.0).");
        Sent().GetProperty("channel").GetString().ShouldBe("stable");
        (await Cli.RunAsync("channels", "release", "Notes", "stable")).Out.ShouldContain("what the version numbers say");
    }

    [Fact]
    public async Task Compat_compares_without_a_server_and_ends_with_9_when_the_number_hides_what_breaks()
    {
        var (first, second, third) = (await PackAsync("1.0.0", "Panel"), await PackAsync("1.1.0", "Other"), await PackAsync("2.0.0", "Other"));
        var hidden = await Cli.RunAsync("compat", first, second);
        hidden.Exit.ShouldBe(ExitCode.Difference, hidden.Error);
        hidden.Out.ShouldContain("breaking module.removed");
        hidden.Out.ShouldContain("raise the major number");
        (await Cli.RunAsync("compat", first, third)).Exit.ShouldBe(ExitCode.Done);
        var json = (await Cli.RunAsync("compat", first, second, "--json")).Json;
        json.GetProperty("honest").GetBoolean().ShouldBeFalse();
        json.GetProperty("changes")[0].GetProperty("code").GetString().ShouldBe("module.removed");
        (await Cli.RunAsync("compat", first, first)).Out.ShouldContain("look the same");
        (await Cli.RunAsync("compat", first, first + "x")).Exit.ShouldBe(ExitCode.NotFound);
        Server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Publishers_are_made_shown_and_proved()
    {
        Server.On("POST", "/api/v1/publishers", 201, """{"name":"acme"}""");
        Server.On("GET", "/api/v1/publishers/acme", 200, """{"publisher":{"name":"acme","display_name":"Acme Ltd","kind":"organisation","verified":true,"prefixes":["acme."]},"plugins":["acme.x"]}""");
        Server.On("POST", "/api/v1/publishers/acme/proofs", 201, """{"proof":{"id":"1","kind":"domain","subject":"acme.example","token":"berth-publisher=1"},"next":"Put the line."}""");
        Server.On("POST", "/api/v1/publishers/acme/proofs/1/check", 200, """{"verified":true}""");
        (await Cli.RunAsync("publishers", "add", "acme", "--title", "Acme Ltd")).Exit.ShouldBe(ExitCode.Done);
        Sent().GetProperty("display_name").GetString().ShouldBe("Acme Ltd");
        (await Cli.RunAsync("publishers", "show", "acme")).Lines.ShouldBe(["acme (Acme Ltd), organisation, verified", "prefixes: acme.", "plugins: acme.x"]);
        (await Cli.RunAsync("publishers", "verify", "acme", "acme.example")).Out.ShouldContain("Put the line.");
        (await Cli.RunAsync("publishers", "verify", "acme", "acme.example", "--check")).Out.ShouldContain("acme is verified by acme.example.");
        (await Cli.RunAsync("publishers", "invite", "acme", "bob", "--role", "king")).Exit.ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task Info_and_search_say_what_is_yanked_and_deprecated()
    {
        Server.On("GET", "/api/v1/plugins/Notes", 200, """
            {"slug":"Notes","publisher":"acme","channels":{"stable":"1.0.0","beta":null},"latest":{"slug":"Notes","version":"1.0.0","digest":"abc","size":1,"yanked":true,"yank_reason":"Broken.",
            "deprecation":{"message":"Old.","successor":"Better","successor_version":null}}}
            """);
        Server.On("GET", "/api/v1/plugins", 200, """{"plugins":[{"slug":"A","latest_version":"1.0.0","deprecated":true,"yanked":true,"description":"a"}],"total_count":1}""");
        var info = await Cli.RunAsync("info", "Notes");
        foreach (var line in new[] { "publisher: acme", "channels: stable 1.0.0, beta -", "yanked: Broken.", "deprecated: Old. Use Better instead." })
            info.Out.ShouldContain(line);
        (await Cli.RunAsync("search")).Out.ShouldContain("[yanked] [deprecated] a");
    }

    private JsonElement Sent() => JsonDocument.Parse(Server.Last.Text).RootElement;

    private async Task<string> PackAsync(string version, string module)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Cli.Folder, $"notes-{version}"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "plugin.json"),
            $$$"""{"name":"Notes","version":"{{{version}}}","frontend":{"entry":"dist/index.js","modules":[{"name":"{{{module}}}"}]}}""");
        Directory.CreateDirectory(Path.Combine(folder.FullName, "dist"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "dist", "index.js"), "export default 1;");
        var package = Path.Combine(Cli.Folder, $"notes-{version}.berth");
        var result = await Cli.RunAsync("pack", folder.FullName, "-o", package);
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        return package;
    }
}
