namespace Berth.Cli.Tests;

/// <summary>Tests of commands against a scripted server, signed in to it by the environment.</summary>
public abstract class ScriptedServerTests : IAsyncLifetime, IDisposable
{
    private protected ScriptedServer Server { get; private set; } = null!;

    private protected CliRun Cli { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await ScriptedServer.StartAsync();
        Cli = new CliRun(Server.Address);
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    public void Dispose()
    {
        Cli.Dispose();
        GC.SuppressFinalize(this);
    }
}
