namespace Berth.Server.Tests.Webhooks;

/// <summary>A process that dies after a receiver has a message and before it is written down.</summary>
public sealed class KilledSenderTests
{
    private const string Token = "berth_pat_administrator-of-the-kill";

    [Fact]
    public async Task A_message_whose_sender_was_killed_before_it_was_recorded_is_sent_again_with_the_same_id()
    {
        using var folder = new TestFolder();
        var arrived = new TaskCompletionSource();
        await using var receiver = await Receiver.StartAsync(context =>
        {
            arrived.TrySetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        string secret;
        await using (var victim = Start(folder))
        {
            using var admin = await ClientAsync(victim);
            (_, secret) = await admin.CreateHookAsync(new { url = receiver.Url, types = new[] { "berth.token.created" } });
            using var happened = await admin.PostAsJsonAsync("/api/v1/auth/tokens", new { name = "something that happens" });
            await arrived.Task.WaitAsync(TimeSpan.FromMinutes(2));
            // SIGKILL, in the middle of the answer.
        }

        receiver.Answer(204);
        await using var next = Start(folder);
        await receiver.GotAsync(2);

        receiver.Messages.Select(got => got.Id).Distinct().ShouldHaveSingleItem();
        receiver.Messages.ShouldAllBe(got => got.IsSignedWith(secret));
    }

    private static ServerProcess Start(TestFolder folder) => ServerProcess.StartServer(
        [], folder.Path, ("BERTH_DATA_DIR", folder.Path), ("BERTH_HOST_URLS", "http://127.0.0.1:0"), ("BERTH_REGISTRY_URLS", "http://127.0.0.1:0"),
        ("BERTH_ADMIN_TOKEN", Token), ("BERTH_RATE_LIMITS", "off"), ("BERTH_WEBHOOK_PRIVATE_ADDRESSES", "on"));

    private static async Task<HttpClient> ClientAsync(ServerProcess process)
    {
        var client = new HttpClient { BaseAddress = new Uri(await process.ReadAfterAsync("Host:")) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Token);
        return client;
    }
}
