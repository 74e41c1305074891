using Berth.Server.Configuration;

namespace Berth.Server.Tests.Configuration;

public sealed class SettingsReportTests
{
    [Fact]
    public void Each_setting_tells_where_it_came_from()
    {
        using var folder = new TestFolder();
        File.WriteAllText(Path.Combine(folder.Path, "berth.json"), """{"BERTH_ROLE":"registry","CLEANUP_INTERVAL_SECONDS":"60","BERTH_RATE_LIMITS":"off"}""");
        var settings = BerthSettingsReader.Read(["--CLEANUP_INTERVAL_SECONDS=30", "--BERTH_RATE_LIMITS="], folder.Path);

        var report = SettingsReport.Of(settings).ToDictionary(one => one.Name, one => (one.Value, one.Source));

        report.Keys.ShouldBe(BerthSettingNames.All);
        report["BERTH_ROLE"].ShouldBe(("registry", "berth.json"));
        report["CLEANUP_INTERVAL_SECONDS"].ShouldBe(("30", "arguments"));
        report["MANAGER_TIMEOUT_SECONDS"].ShouldBe(("1800", "default"));
        report["BERTH_RATE_LIMITS"].ShouldBe(("on", "default"), "a blank value is the default");
    }

    [Fact]
    public void A_secret_of_the_server_is_never_shown()
    {
        var settings = new BerthSettings
        {
            AdminToken = "hunter2-hunter2",
            Database = "Host=db.example;Username=berth;Password=hunter2;Database=x",
            Packages = "s3://user:hunter2@bucket?endpoint=http://a.example&secretKey=hunter2&region=x",
        };
        var report = SettingsReport.Of(settings);
        string.Join(' ', report).ShouldNotContain("hunter2");
        report.Single(one => one.Name == BerthSettingNames.Database).Value.ShouldContain("db.example");
        report.Single(one => one.Name == BerthSettingNames.Packages).Value.ShouldContain("region=x");
        report.ShouldAllBe(one => one.Source == "application");
    }

    [Fact]
    public async Task An_administrator_asks_the_running_server_and_nobody_else_does()
    {
        await using var server = await TestServer.StartAsync();
        var report = await server.Host().GetFromJsonAsync<JsonElement>("/api/v1/admin/settings");
        report.GetProperty("settings").EnumerateArray().Select(one => one.GetProperty("name").GetString()).ShouldBe(BerthSettingNames.All);
        report.GetRawText().ShouldNotContain(TestServer.AdminToken);
        var ana = await server.CreateUserAsync();
        await (await ana.Client.GetAsync("/api/v1/admin/settings")).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.administrator");
    }

    [Fact]
    public async Task The_server_tells_what_it_would_run_with_without_starting()
    {
        using var folder = new TestFolder();
        var data = Path.Combine(folder.Path, "data");
        await using var command = ServerProcess.StartServer(["config", "--BERTH_DATA_DIR", data], folder.Path, ("MANAGER_TIMEOUT_SECONDS", "7"));

        (await command.WaitForExitAsync()).ShouldBe(0, command.Output);

        var result = JsonSerializer.Deserialize<JsonElement>(command.Output.Trim());
        result.GetProperty("type").GetString().ShouldBe("result");
        var report = result.GetProperty("settings").EnumerateArray()
            .ToDictionary(one => one.GetProperty("name").GetString()!, one => (one.GetProperty("value").GetString(), one.GetProperty("source").GetString()));
        report["BERTH_DATA_DIR"].ShouldBe((data, "arguments"));
        report["MANAGER_TIMEOUT_SECONDS"].ShouldBe(("7", "environment"));
        Directory.Exists(data).ShouldBeFalse("nothing is made");
    }

    [Fact]
    public async Task A_bad_setting_ends_the_report_with_one_line_and_2()
    {
        using var folder = new TestFolder();
        await using var command = ServerProcess.StartServer(["config", "--BERTH_ROLE", "captain"], folder.Path);
        (await command.WaitForExitAsync()).ShouldBe(2);
        command.Output.Trim().ShouldStartWith("berth-server: BERTH_ROLE");
    }
}
