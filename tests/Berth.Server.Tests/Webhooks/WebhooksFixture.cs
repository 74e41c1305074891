using Berth.Lifecycle.Webhooks;
using Berth.Server.Configuration;

namespace Berth.Server.Tests.Webhooks;

/// <summary>A server that may send to this machine, with a clock that tests move.</summary>
public sealed class WebhooksFixture : ServerFixture
{
    public ManualTime Time { get; } = new();

    protected override BerthSettings Change(BerthSettings settings) => settings with { WebhookPrivateAddresses = true };

    protected override void Configure(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton(new WebhookOptions { AllowPrivateAddresses = true, AnswerTimeLimit = TimeSpan.FromMinutes(2) });
    }
}
