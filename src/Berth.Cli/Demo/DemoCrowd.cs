using System.Collections.Concurrent;
using System.Diagnostics;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Demo;

/// <summary>Many more users, half on each version, sixteen at a time.</summary>
internal sealed class DemoCrowd(DemoServer server, SamplePackages samples, int count, Report report)
{
    private const int AtATime = 16;
    private readonly List<(ApiConnection Host, SamplePackage Sample)> _members = [];

    /// <summary>Makes them.</summary>
    public async Task<(string Figure, object Figures)> CreateAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.GetTimestamp();
        await report.WatchAsync($"Making {count} users", FillAsync(cancellationToken));
        var seconds = Stopwatch.GetElapsedTime(clock).TotalSeconds;
        StoryTeller.Expect("the number of new users", count, _members.Count);
        return ($"{seconds:0.0} s", new { users = count, seconds = Math.Round(seconds, 3) });
    }

    /// <summary>Each installs a version.</summary>
    public async Task<(string Figure, object Figures)> InstallAsync(CancellationToken cancellationToken)
    {
        var (times, seconds) = await ForEachAsync("installing", (host, sample, token) => host.RunAsync(
            HttpMethod.Post, sample.Package.Manifest.Name, "install", new { version = $"{sample.Package.Manifest.Version}" }, "", token), cancellationToken);
        var (p50, p95) = (Percentile(times, 0.50), Percentile(times, 0.95));
        return (
            $"p50 {p50:0.0} ms, p95 {p95:0.0} ms, {count / seconds:0} installs/s, {AtATime} at a time",
            new { installs = count, atATime = AtATime, p50Ms = Math.Round(p50, 2), p95Ms = Math.Round(p95, 2), installsPerSecond = Math.Round(count / seconds, 1) });
    }

    /// <summary>Each is answered by the version they installed.</summary>
    public async Task<(string Figure, object Figures)> CallAsync(CancellationToken cancellationToken)
    {
        var (times, seconds) = await ForEachAsync("calling", async (host, sample, token) =>
        {
            var expected = $"{sample.Package.Manifest.Version}";
            var person = new DemoUser("a user", host, host, sample.Package.Manifest.Name);
            StoryTeller.Expect("the version that answers", expected, await person.VersionAsync(token));
        }, cancellationToken);
        return (
            $"{count} right answers, p50 {Percentile(times, 0.50):0.0} ms, {count / seconds:0} calls/s",
            new { calls = count, p50Ms = Math.Round(Percentile(times, 0.50), 2), callsPerSecond = Math.Round(count / seconds, 1) });
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        await foreach (var made in server.HostAsAdmin().CreateUsersAsync(count, null, cancellationToken))
        {
            _members.Add((server.HostAs(made.Token), _members.Count % 2 == 0 ? samples.Old : samples.New));
        }
    }

    private async Task<(double[] SortedMilliseconds, double Seconds)> ForEachAsync(
        string what, Func<ApiConnection, SamplePackage, CancellationToken, Task> body, CancellationToken cancellationToken)
    {
        var times = new ConcurrentBag<double>();
        var start = Stopwatch.GetTimestamp();
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken };
        var work = Parallel.ForEachAsync(_members, options, async (member, token) =>
        {
            var clock = Stopwatch.GetTimestamp();
            await body(member.Host, member.Sample, token);
            times.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
        });
        await report.WatchAsync($"{count} users are {what}", work);
        return ([.. times.Order()], Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private static double Percentile(double[] sorted, double part) => sorted[Math.Max(0, (int)Math.Ceiling(part * sorted.Length) - 1)];
}
