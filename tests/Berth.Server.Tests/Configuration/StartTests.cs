using System.Net.Sockets;

namespace Berth.Server.Tests.Configuration;

/// <summary>The server as a process: how it starts, and how it refuses to.</summary>
public sealed class StartTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private string[] Free => ["--BERTH_HOST_URLS", "http://127.0.0.1:0", "--BERTH_REGISTRY_URLS", "http://127.0.0.1:0", "--BERTH_DATA_DIR", Path.Combine(_folder.Path, "data")];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--BERTH_ROLE", "both", "BERTH_ROLE")]
    [InlineData("--BERTH_DATABASE", "oracle", "BERTH_DATABASE")]
    [InlineData("--BERTH_HOST_URLS", "localhost:4001", "BERTH_HOST_URLS")]
    [InlineData("--BERTH_DATA_DIRECTORY", "x", "BERTH_DATA_DIRECTORY")]
    [InlineData("--CLEANUP_INTERVAL_SECONDS", "soon", "CLEANUP_INTERVAL_SECONDS")]
    [InlineData("--BERTH_ROLE", "host", "BERTH_ADMIN_TOKEN")]
    public async Task A_bad_setting_stops_the_start_with_one_line_and_2(string name, string value, string told)
    {
        await using var server = ServerProcess.StartServer([.. Free, name, value], _folder.Path);
        (await server.WaitForExitAsync()).ShouldBe(2);
        OneLine(server).ShouldContain(told);
    }

    [Fact]
    public async Task An_address_in_use_stops_the_start_with_one_line_and_1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";
        await using var server = ServerProcess.StartServer([.. Free, "--BERTH_HOST_URLS", address], _folder.Path);
        (await server.WaitForExitAsync()).ShouldBe(1);
        OneLine(server).ShouldContain(address);
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_made_stops_the_start_with_one_line_and_1()
    {
        var file = Path.Combine(_folder.Path, "file");
        await File.WriteAllTextAsync(file, "");
        await using var server = ServerProcess.StartServer([.. Free, "--BERTH_DATA_DIR", Path.Combine(file, "data")], _folder.Path);
        (await server.WaitForExitAsync()).ShouldBe(1);
        OneLine(server);
    }

    [Fact]
    public async Task Without_an_administrators_token_a_link_is_printed_that_signs_in_once()
    {
        await using var server = ServerProcess.StartServer(Free, _folder.Path);
        var link = await server.ReadAfterAsync("Sign in once, within an hour:");
        using var client = new HttpClient();
        (await client.PostAsync(link, null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.PostAsync(link, null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Arguments_win_over_the_environment_and_that_over_the_file()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "berth.json"), """
            { "BERTH_DATA_DIR": "from-file", "BERTH_ADMIN_TOKEN": "token-of-the-file", "BERTH_ROLE": "all" }
            """);
        await using var server = ServerProcess.StartServer(
            ["--BERTH_DATA_DIR", "from-arguments", "--BERTH_HOST_URLS", "http://127.0.0.1:0", "--BERTH_REGISTRY_URLS", "http://127.0.0.1:0"], _folder.Path,
            ("BERTH_DATA_DIR", "from-environment"), ("BERTH_ADMIN_TOKEN", "token-of-the-environment"));
        var url = await server.ReadAfterAsync("Host:");
        Directory.Exists(Path.Combine(_folder.Path, "from-arguments")).ShouldBeTrue();
        Directory.Exists(Path.Combine(_folder.Path, "from-environment")).ShouldBeFalse();
        Directory.Exists(Path.Combine(_folder.Path, "from-file")).ShouldBeFalse();
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", "token-of-the-environment");
        (await client.GetAsync(url + "/api/v1/admin/users")).StatusCode.ShouldBe(HttpStatusCode.OK);
        client.DefaultRequestHeaders.Authorization = new("Bearer", "token-of-the-file");
        (await client.GetAsync(url + "/api/v1/admin/users")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static string OneLine(ServerProcess server)
    {
        var lines = server.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.ShouldHaveSingleItem(server.Output);
        lines[0].ShouldStartWith("berth-server: ");
        lines[0].ShouldNotContain("   at ");
        return lines[0];
    }
}
