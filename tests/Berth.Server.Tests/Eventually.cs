namespace Berth.Server.Tests;

/// <summary>Waits for a condition instead of a time. How long it takes is no verdict: a loaded machine may hold a thread for many seconds.</summary>
public static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        using var over = new CancellationTokenSource(Deadline);
        while (!await condition())
        {
            if (over.IsCancellationRequested)
                throw new TimeoutException($"Waited in vain: {what}");
            await Task.Delay(20, CancellationToken.None);
        }
    }

    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);
}
