using Berth.Host.Offers;

namespace Berth.Server.Tests.Offline;

public sealed class DoctorCommandTests
{
    [Fact]
    public async Task It_looks_beside_a_running_server_but_repairs_only_alone()
    {
        await using var server = await ServerAsync();

        (await RunAsync(server)).Exit.ShouldBe(0);
        var refused = await RunAsync(server, "--fix");

        refused.ShouldSay(6, "doctor.server_runs");
        await server.StopAsync();
        (await RunAsync(server, "--fix")).Exit.ShouldBe(0);
    }

    [Fact]
    public async Task Without_a_database_it_says_so_and_makes_none_until_it_is_asked_to_rebuild()
    {
        await using var server = await ServerAsync();
        var ana = await server.CreateUserAsync("ana");
        await ana.InstallAsync("Clock");
        await server.StopAsync();
        foreach (var file in Directory.EnumerateFiles(server.DataDirectory, "berth.db*"))
            File.Delete(file);

        var missing = await RunAsync(server);
        missing.Exit.ShouldBe(1);
        missing.Lines[0].GetProperty("code").GetString().ShouldBe("doctor.database_missing");
        File.Exists(Path.Combine(server.DataDirectory, "berth.db")).ShouldBeFalse();
        var rebuilt = await RunAsync(server, "--rebuild");
        rebuilt.Exit.ShouldBe(0, string.Join('\n', rebuilt.Lines));
        rebuilt.Lines[^1].GetProperty("rebuilt").GetInt64().ShouldBe(2, "a user and an installation");
        (await RunAsync(server)).Exit.ShouldBe(0);

        await server.RestartAsync();
        using var admin = server.Host();
        admin.DefaultRequestHeaders.Add("Berth-User", ana.Id);
        var list = await admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/");
        list.GetProperty("plugins")[0].GetProperty("version").GetString().ShouldBe("1.0.0");
        using var cleanup = await server.Host().PostAsync("/api/v1/plugins/system/cleanup", null);
        (await cleanup.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task It_says_what_the_settings_offer_to_plugins_as_the_servers_own_route_does()
    {
        using var folder = new TestFolder();
        var docs = Directory.CreateDirectory(Path.Combine(folder.Path, "docs")).FullName;
        await using var server = await TestServer.StartAsync(settings => settings with { PluginFolders = [new OfferedFolder("docs", docs, IsWritable: true)], PluginPrograms = [new OfferedProgram("env", "/usr/bin/env")] });
        using var admin = server.Host();
        var offered = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/offers")).GetProperty("offers").EnumerateArray().Select(Text).ToList();
        offered.Count.ShouldBe(2);

        var looked = await RunAsync(server, $"--BERTH_PLUGIN_FOLDERS=docs={docs}:rw", "--BERTH_PLUGIN_PROGRAMS=env=/usr/bin/env");

        looked.Exit.ShouldBe(0);
        looked.Lines.Where(line => line.GetProperty("type").GetString() == "offer").Select(Text).ShouldBe(offered);
        (await RunAsync(server, "--BERTH_ROLE=registry")).Lines.ShouldNotContain(line => line.GetProperty("type").GetString() == "offer");

        static string Text(JsonElement offer) =>
            string.Join(' ', offer.EnumerateObject().Where(member => member.Name != "type").Select(member => $"{member.Name}={member.Value}"));
    }

    [Fact]
    public async Task A_wrong_call_and_a_folder_that_is_none_are_told()
    {
        using var folder = new TestFolder();
        (await RunAsync(folder.Path, "--fix", "--rebuild")).ShouldSay(2, "doctor.usage");
        (await RunAsync(Path.Combine(folder.Path, "nowhere"))).ShouldSay(3, "doctor.no_data");
    }

    private static async Task<TestServer> ServerAsync()
    {
        var server = await TestServer.StartAsync();
        await server.PublishAsync(TestPackages.FrontEnd());
        return server;
    }

    private static Task<Answer> RunAsync(TestServer server, params string[] arguments) => RunAsync(server.DataDirectory, arguments);

    private static async Task<Answer> RunAsync(string folder, params string[] arguments)
    {
        await using var process = ServerProcess.StartServer(["doctor", $"--BERTH_DATA_DIR={folder}", .. arguments], Path.GetTempPath());
        var exit = await process.WaitForExitAsync();
        return new Answer(exit, [.. process.Output.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonSerializer.Deserialize<JsonElement>(line))]);
    }

    private sealed record Answer(int Exit, IReadOnlyList<JsonElement> Lines)
    {
        public void ShouldSay(int exit, string code)
        {
            Exit.ShouldBe(exit);
            Lines.Single().GetProperty("code").GetString().ShouldBe(code);
        }
    }
}
