using Berth.Events;
using Berth.Host;
using Berth.Host.Events;

namespace Berth.Server.Tests.Webhooks;

/// <summary>Where webhooks may not go, unless an administrator of the machine allows it.</summary>
public sealed class AddressTests(AddressTests.Shared shared) : IClassFixture<AddressTests.Shared>
{
    private readonly TestServer _server = shared.Server;

    [Theory]
    [InlineData("http://example.org/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://localhost/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://10.1.2.3/")]
    [InlineData("https://192.168.0.1/")]
    [InlineData("https://172.16.0.1/")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("https://224.0.0.1/")]
    [InlineData("https://0.0.0.0/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[fe80::1]/")]
    [InlineData("https://[fd00:ec2::254]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    public async Task A_private_address_is_refused_when_the_webhook_is_made(string url)
    {
        var ana = await _server.CreateUserAsync();
        using var response = await ana.Client.PostAsJsonAsync(Hooks.Path, new { url });
        await response.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "webhook.address_refused");
    }

    [Fact]
    public async Task A_name_that_leads_into_the_private_network_is_refused_when_it_is_connected_to()
    {
        var ana = await _server.CreateUserAsync();
        // The machine's own name: it looks like any other, and leads here.
        var (id, _) = await ana.Client.CreateHookAsync(new { url = $"https://{Dns.GetHostName()}/hook" });

        var test = await ana.Client.PostHookAsync($"{id}/test");

        test.GetProperty("attempts")[0].GetProperty("error").GetString().ShouldBe("address_refused");
        shared.Raised.OfType<AddressRefused>().ShouldContain(refused => refused.Purpose == "webhook" && refused.Host == Dns.GetHostName());
    }

    public sealed class Shared : ServerFixture, IHostEvents
    {
        public System.Collections.Concurrent.ConcurrentQueue<BerthEvent> Raised { get; } = new();

        public void Raise(BerthEvent happened, PluginVersionId? plugin = null, string? userId = null) => Raised.Enqueue(happened);

        protected override void Configure(WebApplicationBuilder builder) => builder.Services.AddSingleton<IHostEvents>(this);
    }
}
