namespace Berth.Lifecycle.Tests.World;

/// <summary>The program inside the test assembly.</summary>
internal static class Victim
{
    public static async Task<int> Main(string[] arguments)
    {
        await Task.CompletedTask;
        Console.Error.WriteLine($"usage: victim … ({arguments.Length})");
        return 2;
    }
}
