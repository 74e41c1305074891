using Berth.Cli.Output;

namespace Berth.Cli.Tests.EndToEnd;

/// <summary>The command line against the real server, from publishing to uninstalling.</summary>
public sealed class InstallationStoryTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task A_plugin_is_published_found_installed_updated_rolled_back_and_uninstalled()
    {
        using var admin = new CliRun(server.Host, server.AdminToken);
        var (old, fresh) = (ServerFixture.Package("1.0.0"), ServerFixture.Package("1.1.0"));
        (await DoneAsync(admin, "publish", old, fresh, "--json")).Lines.Count.ShouldBe(2);
        (await DoneAsync(admin, "publish", old, "--json")).Json.GetProperty("state").GetString().ShouldBe("unchanged");
        (await DoneAsync(admin, "search", "notes", "--quiet")).Lines.ShouldContain("Notes");
        (await DoneAsync(admin, "info", "Notes")).Out.ShouldContain("versions: 1.1.0, 1.0.0");

        using var ana = new CliRun(server.Host, (await DoneAsync(admin, "users", "add", "ana-story", "--quiet")).Out.Trim());
        (await ana.RunAsync("status", "Notes")).Exit.ShouldBe(ExitCode.NotFound);
        (await DoneAsync(ana, "install", "Notes", "--version", "1.0.0", "--dry-run")).Out.ShouldContain("install Notes 1.0.0");
        (await DoneAsync(ana, "list")).Lines.ShouldBeEmpty();

        (await DoneAsync(ana, "install", "Notes", "--version", "1.0.0", "--json")).Json.GetProperty("version").GetString().ShouldBe("1.0.0");
        (await DoneAsync(ana, "status", "Notes", "--json")).Json.GetProperty("version").GetString().ShouldBe("1.0.0");
        (await ana.RunAsync("install", "Notes")).Exit.ShouldBe(ExitCode.Conflict);

        (await ana.RunAsync("update", "Notes", "--check")).Exit.ShouldBe(ExitCode.Difference);
        (await DoneAsync(ana, "list")).Lines.ShouldBe(["Notes\t1.0.0\tenabled\t1.1.0\t"]);
        var updated = (await DoneAsync(ana, "update", "Notes", "--json")).Json;
        updated.GetProperty("previousVersion").GetString().ShouldBe("1.0.0");
        updated.GetProperty("version").GetString().ShouldBe("1.1.0");
        (await ana.RunAsync("update", "Notes", "--check")).Exit.ShouldBe(ExitCode.Done);

        (await DoneAsync(ana, "rollback", "Notes", "--data", "previous", "--json")).Json.GetProperty("version").GetString().ShouldBe("1.0.0");
        await DoneAsync(ana, "disable", "Notes");
        (await DoneAsync(ana, "status", "Notes", "--json")).Json.GetProperty("enabled").GetBoolean().ShouldBeFalse();
        await DoneAsync(ana, "enable", "Notes");

        (await DoneAsync(ana, "uninstall", "Notes", "--json")).Json.GetProperty("slug").GetString().ShouldBe("Notes");
        (await DoneAsync(ana, "list")).Lines.ShouldBeEmpty();
        (await ana.RunAsync("uninstall", "Notes")).Exit.ShouldBe(ExitCode.NotFound);
    }

    [Fact]
    public async Task What_the_server_refuses_has_its_exit_code()
    {
        using var admin = new CliRun(server.Host, server.AdminToken);
        using var ben = new CliRun(server.Host, (await DoneAsync(admin, "users", "add", "ben-refused", "--quiet")).Out.Trim());
        using var nobody = new CliRun(server.Host, token: null);

        (await nobody.RunAsync("list")).Exit.ShouldBe(ExitCode.NotAllowed);
        (await ben.RunAsync("users", "list")).Exit.ShouldBe(ExitCode.NotAllowed);
        (await ben.RunAsync("list", "--user", new string('a', 32))).Exit.ShouldBe(ExitCode.NotAllowed);
        (await ben.RunAsync("install", "NoSuchPlugin")).Exit.ShouldBe(ExitCode.NotFound);
        (await ben.RunAsync("info", "NoSuchPlugin")).Exit.ShouldBe(ExitCode.NotFound);
        (await ben.RunAsync("rollback", "NoSuchPlugin")).Exit.ShouldBe(ExitCode.NotFound);
        (await admin.RunAsync("users", "add", "ben-refused")).Exit.ShouldBe(ExitCode.Conflict);

        await DoneAsync(admin, "publish", await PluginFolder.PackAsync(admin, "Refused"));
        var folder = PluginFolder.Create(admin, "other", "Refused");
        await File.WriteAllTextAsync(Path.Combine(folder, "dist", "main.js"), "export default 2;\n");
        var other = Path.Combine(admin.Folder, "other.berth");
        await DoneAsync(admin, "pack", folder, "-o", other);
        var conflict = await admin.RunAsync("publish", other);
        conflict.Exit.ShouldBe(ExitCode.Conflict);
        conflict.Error.ShouldContain("Given:");
        (await ben.RunAsync("publish", await PluginFolder.PackAsync(ben, "Refused", "2.0.0"))).Exit.ShouldBe(ExitCode.NotAllowed);
    }

    [Fact]
    public async Task A_person_signs_in_with_a_password_makes_a_token_and_signs_out()
    {
        using var admin = new CliRun(server.Host, server.AdminToken) { Input = "correct horse battery\n" };
        await DoneAsync(admin, "users", "add", "cleo-signs-in", "--password");
        using var cleo = new CliRun(server.Host, token: null) { Input = "correct horse battery\n" };
        (await DoneAsync(cleo, "login", "--username", "cleo-signs-in", "-", "--json")).Json.GetProperty("username").GetString().ShouldBe("cleo-signs-in");
        var made = (await DoneAsync(cleo, "tokens", "create", "ci", "--scope", "read", "--expires-in-days", "1", "--json")).Json;
        (await DoneAsync(cleo, "tokens", "list")).Out.ShouldContain("ci");

        using var machine = new CliRun(server.Host, made.GetProperty("token").GetString());
        await DoneAsync(machine, "list");
        (await machine.RunAsync("tokens", "create", "more")).Exit.ShouldBe(ExitCode.NotAllowed);
        await DoneAsync(cleo, "tokens", "revoke", made.GetProperty("id").GetString()!);
        (await machine.RunAsync("list")).Exit.ShouldBe(ExitCode.NotAllowed);

        var kept = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(cleo.CredentialsFile)).RootElement
            .GetProperty("tokens").GetProperty("default").GetProperty("token").GetString();
        await DoneAsync(cleo, "logout");
        using var late = new CliRun(server.Host, kept);
        (await late.RunAsync("list")).Exit.ShouldBe(ExitCode.NotAllowed);
    }

    [Fact]
    public async Task A_link_signs_a_user_in_once()
    {
        using var admin = new CliRun(server.Host, server.AdminToken);
        await DoneAsync(admin, "users", "add", "eve-by-link");
        var link = (await DoneAsync(admin, "users", "link", "--user", "eve-by-link", "--quiet")).Out.Trim();
        using var eve = new CliRun(token: null);
        (await DoneAsync(eve, "login", link, "--json")).Json.GetProperty("username").GetString().ShouldBe("eve-by-link");
        await DoneAsync(eve, "list");
        (await eve.RunAsync("login", link)).Exit.ShouldBe(ExitCode.NotAllowed);
    }

    [Fact]
    public async Task An_administrator_installs_for_a_user()
    {
        using var admin = new CliRun(server.Host, server.AdminToken);
        await DoneAsync(admin, "publish", await PluginFolder.PackAsync(admin, "ForOthers"));
        var user = (await DoneAsync(admin, "users", "add", "dora", "--json")).Json;
        await DoneAsync(admin, "install", "ForOthers", "--user", "dora");
        using var dora = new CliRun(server.Host, user.GetProperty("token").GetString());
        (await DoneAsync(dora, "list", "--quiet")).Lines.ShouldBe(["ForOthers"]);
        (await DoneAsync(admin, "list", "--quiet")).Lines.ShouldNotContain("ForOthers");
    }

    private static async Task<CliResult> DoneAsync(CliRun cli, params string[] arguments)
    {
        var result = await cli.RunAsync(arguments);
        result.Exit.ShouldBe(ExitCode.Done, $"berth {string.Join(' ', arguments)}: {result.Error}");
        return result;
    }
}
