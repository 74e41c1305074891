namespace Berth.Bench.Peers;

/// <summary>nginx with two workers over a folder of static files.</summary>
internal sealed class Nginx : IDisposable
{
    private Nginx(ChildProcess process, Uri address)
    {
        Process = process;
        Address = address;
    }

    public ChildProcess Process { get; }

    public Uri Address { get; }

    /// <summary>Starts it over <paramref name="folder"/>.</summary>
    /// <exception cref="PeerMissingException">There is no nginx.</exception>
    public static async Task<Nginx> StartAsync(BenchRun run, string folder)
    {
        var program = Programs.Find("nginx", "nginx-light");
        var home = run.NewFolder("nginx");
        var port = FreePorts.Next();
        var configuration = Path.Combine(home, "nginx.conf");
        await File.WriteAllTextAsync(configuration, Configuration(home, folder, port));
        var process = ChildProcess.Start(program, ["-p", home, "-c", configuration, "-e", Path.Combine(home, "error.log")], home);
        var nginx = new Nginx(process, new Uri($"http://127.0.0.1:{port}"));
        await FreePorts.WaitAsync(nginx.Address);
        return nginx;
    }

    public void Dispose() => Process.Dispose();

    private static string Configuration(string home, string folder, int port) =>
        $$"""
        {{(Environment.UserName == "root" ? "user root;" : "")}}
        daemon off;
        worker_processes 2;
        pid {{home}}/nginx.pid;
        events { worker_connections 1024; }
        http {
            types { text/javascript js; application/octet-stream berth; }
            access_log off;
            sendfile on;
            tcp_nopush on;
            keepalive_timeout 600;
            keepalive_requests 1000000000;
            client_body_temp_path {{home}}/body; proxy_temp_path {{home}}/proxy; fastcgi_temp_path {{home}}/fastcgi;
            uwsgi_temp_path {{home}}/uwsgi; scgi_temp_path {{home}}/scgi;
            server { listen 127.0.0.1:{{port}}; root {{folder}}; }
        }
        """;
}
