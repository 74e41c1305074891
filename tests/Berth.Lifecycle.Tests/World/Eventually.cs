namespace Berth.Lifecycle.Tests.World;

/// <summary>Waits for a condition, with a deadline that is far beyond what is needed.</summary>
internal static class Eventually
{
    public static async Task BecomesAsync(Func<Task<bool>> condition)
    {
        var deadline = Environment.TickCount64 + 120_000;
        while (!await condition())
        {
            (Environment.TickCount64 < deadline).ShouldBeTrue("the condition never came true");
            await Task.Delay(20);
        }
    }
}
