using System.Diagnostics;
using System.Net.Http.Headers;

namespace Berth.Server.Tests.Storage;

/// <summary>The server as a process in a mount namespace of its own, its data on a small disk in memory that ends with it.</summary>
public sealed class MountedServer : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private ServerProcess _process = null!;
    private string _host = null!;
    private string _registry = null!;

    private string Data => Path.Combine(_folder.Path, "data");

    /// <summary>The data folder as the server sees it.</summary>
    public string Inside => $"/proc/{_process.Id}/root{Data}";

    public static async Task<MountedServer> StartAsync(int megabytes)
    {
        var server = new MountedServer();
        Directory.CreateDirectory(server.Data);
        // Mounts of folders onto themselves can be made read-only one by one, although the rest is being written.
        var script = $"""
            set -e
            mount -t tmpfs -o size={megabytes}m tmpfs "$DATA"
            mkdir "$DATA/plugins" "$DATA/packages"
            mount --bind "$DATA/plugins" "$DATA/plugins"
            mount --bind "$DATA/packages" "$DATA/packages"
            exec dotnet "$SERVER" --BERTH_DATA_DIR "$DATA" --BERTH_HOST_URLS http://127.0.0.1:0 --BERTH_REGISTRY_URLS http://127.0.0.1:0 --BERTH_RATE_LIMITS off --BERTH_ADMIN_TOKEN {TestServer.AdminToken}
            """;
        server._process = ServerProcess.Start(
            "unshare", [.. Environment.IsPrivilegedProcess ? [] : new[] { "--user", "--map-root-user" }, "--mount", "sh", "-c", script], server._folder.Path,
            ("DATA", server.Data), ("SERVER", ServerProcess.ServerAssembly));
        server._host = await server._process.ReadAfterAsync("Host:");
        server._registry = await server._process.ReadAfterAsync("Registry:");
        return server;
    }

    public HttpClient Host(string token = TestServer.AdminToken) => Client(_host, token);

    public HttpClient Registry() => Client(_registry, TestServer.AdminToken);

    public async Task<HttpClient> CreateUserAsync()
    {
        using var response = await Host().PostAsJsonAsync("/api/v1/admin/users", new { username = $"user-{Guid.NewGuid():N}" });
        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        return Host((await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!);
    }

    /// <summary>Makes a folder of the data read-only, or writable again.</summary>
    public async Task RemountAsync(string folder, bool readOnly)
    {
        using var mount = Process.Start("nsenter", ["-t", $"{_process.Id}", .. Environment.IsPrivilegedProcess ? [] : new[] { "-U" }, "-m", "mount", "-o", $"remount,bind,{(readOnly ? "ro" : "rw")}", Path.Combine(Data, folder)]);
        await mount.WaitForExitAsync();
        mount.ExitCode.ShouldBe(0);
    }

    /// <summary>Writes until nothing more fits.</summary>
    public void Fill(string file)
    {
        try
        {
            using var stream = new FileStream(Path.Combine(Inside, file), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
            var page = new byte[4096];
            while (true)
                stream.Write(page);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static HttpClient Client(string url, string token)
    {
        var client = new HttpClient { BaseAddress = new Uri(url) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        client.DefaultRequestHeaders.Accept.ParseAdd("application/problem+json");
        return client;
    }
}
