using Berth.Lifecycle.Store;
using Berth.Lifecycle.Trust;
using Berth.Registry.Trust;
using Berth.Server.Configuration;

namespace Berth.Server.Tests.Composition;

/// <summary>The promise that a quarantine is in force everywhere within a minute, by the times that a server is shipped with.</summary>
public sealed class TrustDelayTests
{
    [Fact]
    public async Task The_waits_on_the_way_from_a_decision_to_a_running_host_add_up_to_less_than_a_minute()
    {
        IServiceProvider? parts = null;
        await using var host = await TestServer.StartAsync(
            settings => settings with { Role = BerthRole.Host, RegistryUrls = ["http://127.0.0.1:9"] },
            builder => builder.Services.AddSingleton<IHostedService>(services =>
            {
                parts = services;
                return new Nothing();
            }));
        var interval = parts.ShouldNotBeNull().GetRequiredService<TrustOptions>().Interval;
        var answer = parts.GetRequiredService<HttpPackageSourceOptions>().AnswerTimeLimit;

        // Another node of the registry notices; a question that was asked just before gets the old answer, as late as can be; a
        // pause; the next question, whose answer comes as late as can be.
        var latest = ITrustPolicyBook.RefreshInterval + answer + interval + answer;

        latest.ShouldBeLessThan(TimeSpan.FromSeconds(60));
        (latest + interval + answer).ShouldBeLessThan(TimeSpan.FromSeconds(60), "also when one answer was lost");
    }

    private sealed class Nothing : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
