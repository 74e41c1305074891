namespace Berth.Host.Tests.Beds;

internal static class Eventually
{
    /// <summary>Waits for a condition, at most ten seconds.</summary>
    public static async Task BeTrueAsync(Func<bool> condition)
    {
        var until = Environment.TickCount64 + 10_000;
        while (!condition() && Environment.TickCount64 < until)
            await Task.Delay(5);
        condition().ShouldBeTrue("the condition did not come true within 10 s");
    }
}
