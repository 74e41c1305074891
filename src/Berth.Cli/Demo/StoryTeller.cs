using System.Diagnostics;
using Berth.Cli.Output;

namespace Berth.Cli.Demo;

/// <summary>What was told did not come true.</summary>
internal sealed class UntrueException(string message) : Exception(message);

/// <summary>One step of the story, as <c>--json</c> prints it.</summary>
internal sealed record StepOutput(int Number, string Step, string Title, bool Ok, double Seconds, object? Figures, string? Expected = null) : JsonOutput;

/// <summary>Tells step by step: what is done, a tick and a figure when it came true, and what was expected when it didn't.</summary>
internal sealed class StoryTeller(Report report)
{
    private int _number;

    /// <summary>Runs a step. Returns its result, or <see langword="null"/> when it did not come true and the story is over.</summary>
    public async Task<T?> StepAsync<T>(string step, string title, Func<Task<(T Result, string Figure, object Figures)>> body)
        where T : class
    {
        var number = ++_number;
        var watch = Stopwatch.StartNew();
        try
        {
            var (result, figure, figures) = await body();
            Tell(new StepOutput(number, step, title, true, Seconds(watch), figures), $"✓ {number,2}  {title}: {figure}");
            return result;
        }
        catch (Exception untrue) when (untrue is UntrueException or CommandFailedException)
        {
            var reasons = untrue is CommandFailedException { Reasons: { Count: > 0 } all } ? $" ({string.Join("; ", all.Select(r => r.Message))})" : "";
            var expected = untrue is UntrueException ? untrue.Message : $"expected it to work, got: {untrue.Message}{reasons}";
            Tell(new StepOutput(number, step, title, false, Seconds(watch), null, expected), $"✗ {number,2}  {title}: {expected}");
            return null;
        }
    }

    /// <summary>Runs a step without a result.</summary>
    public async Task<bool> StepAsync(string step, string title, Func<Task<(string Figure, object Figures)>> body) =>
        await StepAsync<object>(step, title, async () =>
        {
            var (figure, figures) = await body();
            return (figures, figure, figures);
        }) is not null;

    /// <summary>Says that something must be so.</summary>
    /// <exception cref="UntrueException">It is not.</exception>
    public static void Expect<T>(string what, T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new UntrueException($"expected {what} to be {expected}, got {actual}");
        }
    }

    /// <summary>Says that something must hold.</summary>
    /// <exception cref="UntrueException">It does not.</exception>
    public static void Expect(bool holds, string expected)
    {
        if (!holds)
        {
            throw new UntrueException("expected " + expected);
        }
    }

    private static double Seconds(Stopwatch watch) => Math.Round(watch.Elapsed.TotalSeconds, 3);

    private void Tell(StepOutput output, string line) => report.Data(output, line);
}
