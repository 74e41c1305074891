using Berth.Cli.Demo;
using Berth.Cli.Serving;

namespace Berth.Cli.Tests.EndToEnd;

/// <summary>The real server in a process of its own, and the packages of the source tree.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new("berth-cli-server-");
    private DemoServer _server = null!;

    public string Host => _server.Host.AbsoluteUri.TrimEnd('/');

    public string Registry => _server.Registry.AbsoluteUri.TrimEnd('/');

    public string AdminToken => _server.AdminToken;

    internal static DevelopmentTree Tree { get; } = DevelopmentTree.Find(AppContext.BaseDirectory)!;

    public static string Package(string version) => Path.Combine(Tree.SamplePackages, $"Notes-{version}.berth");

    public async Task InitializeAsync() => _server = await DemoServer.StartAsync(Tree.ServerAssembly, _folder.Path, CancellationToken.None);

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }
}
