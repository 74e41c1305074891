using Berth.Cli.Output;

namespace Berth.Cli.Tests.EndToEnd;

/// <summary>Settings through the command line against the real server.</summary>
public sealed class SettingsStoryTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task A_user_sets_reads_and_takes_back_settings()
    {
        using var admin = new CliRun(server.Host, server.AdminToken);
        (await admin.RunAsync("publish", ServerFixture.Package("1.0.0"))).Exit.ShouldBe(ExitCode.Done);
        using var ana = new CliRun(server.Host, (await admin.RunAsync("users", "add", "ana-settings", "--quiet")).Out.Trim());
        (await ana.RunAsync("install", "Notes", "--version", "1.0.0", "--yes")).Exit.ShouldBe(ExitCode.Done);

        (await ana.RunAsync("config", "get", "Notes", "sortBy")).Lines.ShouldBe(["created"]);
        var changed = await ana.RunAsync("config", "Notes", "sortBy=title");
        changed.Exit.ShouldBe(ExitCode.Done, changed.Error);
        (await ana.RunAsync("config", "get", "Notes", "sortBy")).Lines.ShouldBe(["title"]);
        (await ana.RunAsync("config", "Notes", "sortBy=sideways")).Exit.ShouldBe(ExitCode.Refused);
        (await ana.RunAsync("config", "unset", "Notes", "sortBy")).Exit.ShouldBe(ExitCode.Done);
        (await ana.RunAsync("config", "get", "Notes", "sortBy")).Lines.ShouldBe(["created"]);

        var modules = (await ana.RunAsync("modules", "Notes", "--json")).Json.GetProperty("modules");
        var module = modules[0].GetProperty("name").GetString()!;
        (await ana.RunAsync("modules", "Notes", module, "--hide")).Exit.ShouldBe(ExitCode.Done);
        (await ana.RunAsync("modules", "Notes", module)).Out.ShouldContain("hidden");
        (await ana.RunAsync("config", "--running")).Exit.ShouldBe(ExitCode.NotAllowed);
    }

    [Fact]
    public async Task The_servers_settings_are_known_here_and_at_the_running_server()
    {
        using var admin = new CliRun(server.Host, server.AdminToken);
        admin["BERTH_SERVER_DLL"] = ServerFixture.Tree.ServerAssembly;
        var here = await admin.RunAsync("config");
        here.Exit.ShouldBe(ExitCode.Done, here.Error);
        here.Lines.ShouldContain("BERTH_ROLE\tall\tdefault");
        var running = (await admin.RunAsync("config", "--running", "--json")).Json.GetProperty("settings").EnumerateArray()
            .ToDictionary(one => one.GetProperty("name").GetString()!, one => one.GetProperty("value").GetString());
        running["BERTH_ADMIN_TOKEN"].ShouldBe("********");
    }
}
