using System.Globalization;
using System.Text.Json;
using Berth.Host.Isolation;

namespace Berth.Hostile.Tests.Range;

/// <summary>
/// The host under attack: brings up a neighbour at one isolation level, then one hostile plugin after another, and writes a line
/// of JSON before and after each. Whoever reads the lines knows which attack it was when they end.
/// </summary>
internal static class RangeProgram
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [var level, var number, .. var attacks] || !int.TryParse(number, CultureInfo.InvariantCulture, out var part) || Environment.GetEnvironmentVariable(RangeProcess.SecretVariable) is not { Length: > 0 } secret)
        {
            await Console.Error.WriteLineAsync("This program is started by its own tests, which put it into namespaces of its own. Do not start it by hand: it runs hostile code.");
            return 64;
        }

        // Whoever started it holds the other end: it does not outlive a test run that was broken off.
        _ = Task.Run(() =>
        {
            Console.OpenStandardInput().CopyTo(Stream.Null);
            Environment.Exit(70);
        });
        var output = Console.OpenStandardOutput();
        await using var host = await RangeHost.StartAsync(level, part, secret, attacks);
        if (host.Missing is { } reason)
        {
            await WriteAsync(output, new RangeLine { Missing = reason });
            return 0;
        }

        foreach (var attack in attacks)
        {
            await WriteAsync(output, new RangeLine { Begins = attack });
            var (cell, evidence, isHarmed) = await new Trial(host, attack).RunAsync();
            await WriteAsync(output, new RangeLine { Attack = attack, Cell = cell, Evidence = evidence });
            // In the host's own process, what one attack leaves behind would be taken for the next one's: what comes after harm comes to another host.
            // Ended from outside of what the attack may have broken: an orderly exit waits for finalizers.
            if (level == IsolationLevels.None && (isHarmed || cell is null or Cell.Contained || Attacks.Find(attack).Spoils))
                System.Diagnostics.Process.GetCurrentProcess().Kill();
        }

        // With the neighbour goes what the machine has of it outside of these namespaces: its control groups.
        if (level != IsolationLevels.None)
            await host.Pool.UnloadAsync(RangeHost.NeighbourId).WaitAsync(TimeSpan.FromSeconds(20));

        // Threads and handlers of hostile code must not keep the program: it has said what there is to say.
        Environment.Exit(0);
        return 0;
    }

    private static async Task WriteAsync(Stream output, RangeLine line)
    {
        await output.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(line));
        await output.WriteAsync("\n"u8.ToArray());
        await output.FlushAsync();
    }
}

/// <summary>What the program tells.</summary>
internal sealed record RangeLine
{
    /// <summary>Why the machine lacks the level; then nothing was tried.</summary>
    public string? Missing { get; init; }

    public string? Begins { get; init; }

    public string? Attack { get; init; }

    /// <summary>How it ended; <see langword="null"/> when nobody can say.</summary>
    public Cell? Cell { get; init; }

    public string Evidence { get; init; } = "";
}
