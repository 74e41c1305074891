using Microsoft.Extensions.Hosting;

namespace Hostile.Attacks.Crashes;

public sealed class DiesInHostedService : Attack
{
    public override string Title => "ends its process in a hosted service";

    public override IReadOnlyList<string> Endings => ["isolation.start_failed", "plugin.start_failed", "Crashed"];

    public override void Configure(IServiceCollection services, IPluginContext plugin) => services.AddHostedService<Service>();

    protected override string Run(Target target)
    {
        Service.Begins.Set();
        Thread.Sleep(3000);
        return "lives";
    }

    private sealed class Service : BackgroundService
    {
        public static ManualResetEventSlim Begins { get; } = new();

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            // Beside a request, so that nothing of the start protects the host.
            await Task.Run(() => Begins.Wait(stoppingToken), stoppingToken);
            Sys.Die();
        }
    }
}
