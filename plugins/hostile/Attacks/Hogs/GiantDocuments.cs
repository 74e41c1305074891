namespace Hostile.Attacks.Hogs;

public sealed class GiantDocuments : Attack
{
    public override string Title => "keeps giant documents for its user, many at once";

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        var data = context.RequestServices.GetRequiredService<IUserData>();
        var json = $"\"{new string('x', 15 << 20)}\"";
        var kept = 0;
        try
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, 24), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, cancellation) =>
            {
                await data.SetJsonAsync($"giant{i % 2}", json, cancellation);
                Interlocked.Increment(ref kept);
            });
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return $"{(kept == 0 ? "stopped:" : "did:")} kept {kept}, then: {exception.Message}";
        }

        return $"did: kept {kept} documents of 15 MB";
    }
}
