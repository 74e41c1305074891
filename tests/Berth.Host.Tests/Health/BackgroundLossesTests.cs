using Berth.Host.Health;

namespace Berth.Host.Tests.Health;

public sealed class BackgroundLossesTests
{
    [Fact]
    public async Task What_a_worker_told_before_anybody_listened_is_heard_and_each_service_once()
    {
        var losses = new BackgroundLosses();
        losses.Note("Worker", "first");
        losses.Note("Worker", "second");
        losses.Note("Other", "third");
        (await HeardAsync(losses)).ShouldBe([new BackgroundLoss("Worker", "first"), new BackgroundLoss("Other", "third")]);
    }

    [Fact]
    public async Task A_worker_that_tells_without_end_is_believed_so_much_and_no_more()
    {
        var losses = new BackgroundLosses();
        for (var i = 0; i < 10_000; i++)
            losses.Note($"{i}{new string('x', 10_000)}", new string('y', 10_000));
        var heard = await HeardAsync(losses);
        heard.Count.ShouldBe(BackgroundLosses.Most);
        heard.ShouldAllBe(loss => loss.Service.Length < 600 && loss.Reason.Length < 600);
    }

    private static async Task<List<BackgroundLoss>> HeardAsync(BackgroundLosses losses)
    {
        losses.End();
        List<BackgroundLoss> heard = [];
        await foreach (var loss in losses.ReadAllAsync())
            heard.Add(loss);
        return heard;
    }
}
