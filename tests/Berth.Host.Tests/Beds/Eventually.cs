namespace Berth.Host.Tests.Beds;

/// <summary>Waits for what has to happen. How long it takes is no verdict: a loaded machine may hold a thread for many seconds.</summary>
internal static class Eventually
{
    private const int Patience = 120_000;

    /// <summary>Waits for a condition.</summary>
    public static async Task BeTrueAsync(Func<bool> condition)
    {
        var until = Environment.TickCount64 + Patience;
        while (!condition())
        {
            (Environment.TickCount64 < until).ShouldBeTrue("the condition did not come true within two minutes");
            await Task.Delay(5);
        }
    }

    /// <summary>Tries again what makes something happen and looks for it.</summary>
    public static async Task BeTrueAsync(Func<Task<bool>> attempt)
    {
        var until = Environment.TickCount64 + Patience;
        while (!await attempt())
            (Environment.TickCount64 < until).ShouldBeTrue("what was tried did not come true within two minutes");
    }
}
