using Berth.Data.Sessions;
using Microsoft.AspNetCore.Hosting;

namespace Berth.Server.Tests.Apis;

/// <summary>What every page load does costs no database once warm.</summary>
public sealed class HotPathTests(HotPathTests.Shared shared) : IClassFixture<HotPathTests.Shared>
{
    private const int Calls = 100;

    [Fact]
    public async Task Files_and_plugin_calls_touch_no_database_once_warm()
    {
        var ana = await shared.Server.CreateUserAsync();
        await ana.InstallAsync("Clock");
        await ana.InstallAsync("Echo");
        var byCapability = await ana.AddressOfAsync("Clock", TestPackages.Script);
        using var anonymous = shared.Server.Host(token: null);
        (HttpClient Client, string Path)[] hot =
            [(anonymous, byCapability), (ana.Client, $"/api/v1/public/plugins/Clock/{TestPackages.Script}"), (ana.Client, "/p/Echo/version")];
        foreach (var (client, path) in hot)
            (await client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var database = (CountingDatabase)shared.Server.Server.Services.GetRequiredService<IDatabase>();
        database.Reads.ShouldBeGreaterThan(0, "the counting must work");
        database.Writes.ShouldBeGreaterThan(0, "the counting must work");
        foreach (var (client, path) in hot)
        {
            var (reads, writes) = (database.Reads, database.Writes);
            for (var i = 0; i < Calls; i++)
                (await client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);
            (database.Reads - reads, database.Writes - writes).ShouldBe((0, 0), path);
        }
    }

    public sealed class Shared : ServerFixture
    {
        // Instances that own the file themselves; the registry's application gets the host's as an instance.
        protected override void Configure(WebApplicationBuilder builder)
        {
            builder.Services.AddSingleton<IStartupFilter, CountingDatabase.Requests>();
            var registered = builder.Services.SingleOrDefault(service => service.ServiceType == typeof(IDatabase));
            if (registered?.ImplementationFactory is { } open)
                builder.Services.AddSingleton<IDatabase>(provider => new CountingDatabase((IDatabase)open(provider)));
        }

        protected override Task PrepareAsync() => Server.PublishAsync(TestPackages.FrontEnd(), Golden.Package("Echo"));
    }
}
