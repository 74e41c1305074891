namespace Berth.Server.Tests.Apis;

public sealed class PluginTimeLimitTests(PluginTimeLimitTests.Shared shared) : IClassFixture<PluginTimeLimitTests.Shared>
{
    [Fact]
    public async Task A_call_over_its_time_limit_is_504_and_the_next_one_works()
    {
        var ana = await shared.Server.CreateUserAsync();
        await ana.InstallAsync("Echo");
        using (var late = await ana.Client.GetAsync("/p/Echo/slow?ms=60000"))
            await late.ShouldBeProblemAsync(HttpStatusCode.GatewayTimeout, "plugin.timeout");
        (await ana.Client.GetStringAsync("/p/Echo/version")).ShouldBe("1.0.0");
    }

    public sealed class Shared : ServerFixture
    {
        protected override void Configure(WebApplicationBuilder builder) =>
            builder.Services.AddSingleton(new Berth.Host.HostOptions { RequestTimeLimit = TimeSpan.FromSeconds(2) });

        protected override Task PrepareAsync() => Server.PublishAsync(Golden.Package("Echo"));
    }
}
