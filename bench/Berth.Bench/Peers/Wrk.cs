using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Berth.Bench.Results;

namespace Berth.Bench.Peers;

/// <summary>The load generator: 16 connections that stay open, on which one address or many are asked for.</summary>
internal static partial class Wrk
{
    /// <summary>Loads one address for a while. An answer that is not 2xx or 3xx, or a broken connection, is a failure of the benchmark.</summary>
    /// <exception cref="PeerMissingException">There is no wrk.</exception>
    /// <param name="behind">Another process whose processor time belongs to the work.</param>
    /// <param name="targets">Paths with queries to ask for in turn, instead of the address's own.</param>
    public static async Task<Round> RunAsync(
        Uri address, TimeSpan time, ChildProcess server, IReadOnlyDictionary<string, string> headers, IReadOnlyList<string>? targets = null, ChildProcess? behind = null)
    {
        var program = Programs.Find("wrk", "wrk");
        var start = new ProcessStartInfo(program, ["-t2", "-c16", $"-d{(int)time.TotalSeconds}s", "--latency"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in headers)
        {
            start.ArgumentList.Add("-H");
            start.ArgumentList.Add($"{name}: {value}");
        }

        var script = targets is null ? null : Path.Combine(Path.GetTempPath(), $"berth-wrk-{Guid.NewGuid():N}.lua");
        if (script is not null)
        {
            await File.WriteAllTextAsync(script, Script(targets!));
            start.ArgumentList.Add("-s");
            start.ArgumentList.Add(script);
        }

        start.ArgumentList.Add(address.AbsoluteUri);
        var before = server.ProcessorTime + (behind?.ProcessorTime ?? TimeSpan.Zero);
        using var wrk = Process.Start(start) ?? throw new InvalidOperationException("wrk did not start.");
        var text = await wrk.StandardOutput.ReadToEndAsync() + await wrk.StandardError.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        var processor = server.ProcessorTime + (behind?.ProcessorTime ?? TimeSpan.Zero) - before;
        if (script is not null)
            File.Delete(script);
        if (wrk.ExitCode != 0 || text.Contains("Non-2xx", StringComparison.Ordinal) || text.Contains("Socket errors", StringComparison.Ordinal))
            throw new InvalidOperationException($"wrk met failures at {address.Authority}: {text}");
        var requests = double.Parse(Requests().Match(text).Groups["n"].Value, CultureInfo.InvariantCulture);
        return new Round(double.Parse(PerSecond().Match(text).Groups["n"].Value, CultureInfo.InvariantCulture))
        {
            P50Ms = Milliseconds(text, "50%"),
            P99Ms = Milliseconds(text, "99%"),
            CpuMicroseconds = processor.TotalMicroseconds / requests,
        };
    }

    /// <summary>The requests are put together once; each of the two threads begins at another one.</summary>
    private static string Script(IReadOnlyList<string> targets) =>
        $$"""
          local targets = {{{string.Join(", ", targets.Select(target => $"\"{target}\""))}}}
          local threads, at, requests = 0, 0, {}
          function setup(thread) thread:set("first", threads * math.floor(#targets / 2)); threads = threads + 1 end
          function init() for i, target in ipairs(targets) do requests[i] = wrk.format("GET", target) end; at = first end
          function request() at = at % #requests + 1; return requests[at] end
          """;

    private static double? Milliseconds(string text, string row)
    {
        var match = Regex.Match(text, $@"^\s*{row}\s+(?<n>[\d.]+)(?<unit>us|ms|s)\s*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        if (!match.Success)
            return null;
        var value = double.Parse(match.Groups["n"].Value, CultureInfo.InvariantCulture);
        return match.Groups["unit"].Value switch { "us" => value / 1000, "s" => value * 1000, _ => value };
    }

    [GeneratedRegex(@"^Requests/sec:\s+(?<n>[\d.]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex PerSecond();

    [GeneratedRegex(@"^\s*(?<n>\d+) requests in", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Requests();
}
