using Berth.Server.Configuration;

namespace Berth.Server.Tests;

/// <summary>One real server for all tests of a class: starting one costs more than most tests.</summary>
public class ServerFixture : IAsyncLifetime
{
    public TestServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await TestServer.StartAsync(Change, Configure);
        await PrepareAsync();
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    protected virtual BerthSettings Change(BerthSettings settings) => settings;

    protected virtual void Configure(WebApplicationBuilder builder)
    {
    }

    protected virtual Task PrepareAsync() => Task.CompletedTask;
}
