using System.Diagnostics;
using System.Text;

namespace Berth.Fuzz;

/// <summary>Fuzzes one target for a while: inputs that take new ways are kept and changed further.</summary>
internal sealed class FuzzRun(FuzzTarget target, string folder, int seed)
{
    // On a busy machine; what takes longer for a few kilobytes does not end in a time that a server could give it.
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(5);
    private readonly List<byte[]> _corpus = [];
    private readonly HashSet<string> _findings = new(StringComparer.Ordinal);
    private readonly Random _random = new(seed);
    private long _inputs;

    public int FindingCount => _findings.Count;

    /// <summary>Runs. Returns a line of the table.</summary>
    public string Run(TimeSpan time)
    {
        Directory.CreateDirectory(folder);
        var mutator = new Mutator(seed, [.. target.Words.Select(Encoding.UTF8.GetBytes)]);
        foreach (var start in target.Seeds())
            Try(start);
        var (seeds, edges) = (_corpus.Count, Edges.KnownCount);
        var growth = new List<int>();
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < time)
        {
            // The newest are the most promising.
            var input = _corpus[_random.Next(2) == 0 ? _random.Next(_corpus.Count) : Math.Max(0, _corpus.Count - 1 - _random.Next(16))];
            Try(mutator.Mutate(input, _corpus[_random.Next(_corpus.Count)], target.MaxLength));
            if (clock.Elapsed > time * (growth.Count + 1) / 5)
                growth.Add(_corpus.Count);
        }

        foreach (var (bytes, i) in _corpus.Select((bytes, i) => (bytes, i)))
            File.WriteAllBytes(Path.Combine(folder, $"corpus-{i:0000}"), bytes);
        return $"| {target.Name} | {time.TotalMinutes:0.#} min | {_inputs:#,0} | {_inputs / time.TotalSeconds:#,0}/s | {seeds} → {string.Join(" → ", growth)} | {edges:#,0} → {Edges.KnownCount:#,0} | {_findings.Count} |";
    }

    private void Try(byte[] input)
    {
        _inputs++;
        Edges.Clear();
        var start = Stopwatch.GetTimestamp();
        try
        {
            target.Run(input);
            if (Stopwatch.GetElapsedTime(start) > Slow)
                Report(input, "slow", $"took {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Report(input, Place(exception), exception.ToString());
        }

        if (Edges.TakeNew())
            _corpus.Add(input);
    }

    /// <summary>Two exceptions of one kind from one line are one finding.</summary>
    private static string Place(Exception exception) =>
        exception is BrokenPromiseException ? exception.Message : $"{exception.GetType().Name} {new StackTrace(exception).GetFrame(0)?.GetMethod()?.Name} {new StackTrace(exception).GetFrame(0)?.GetILOffset()}";

    private void Report(byte[] input, string place, string text)
    {
        if (!_findings.Add(place))
            return;
        var name = Path.Combine(folder, $"finding-{_findings.Count}");
        File.WriteAllBytes(name, input);
        File.WriteAllText(name + ".txt", text);
        Console.Error.WriteLine($"{target.Name}: {place} ({name})");
    }
}
