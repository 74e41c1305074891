using Berth.Host;

namespace Berth.Hostile.Tests.Range;

/// <summary>
/// One attack: brought up, called, asked by a lifecycle call, unloaded; judged by what it reached, by what the host says of it and
/// by the host's signs. What answers none of that as its attack is meant to is not judged: a broken attack looks harmless.
/// </summary>
internal sealed class Trial(RangeHost host, string attack)
{
    private static readonly TimeSpan LongestUnload = TimeSpan.FromSeconds(20);

    /// <summary>How many processes more nobody notices: those of one worker and its isolation.</summary>
    private const int LeastProcesses = 20;

    private readonly PluginVersionId _id = new(attack, "1.0.0");
    private readonly Attack _attack = Attacks.Find(attack);

    public async Task<(Cell? Cell, string Evidence, bool IsHarmed)> RunAsync()
    {
        var signs = new Signs(host);
        await using (var watch = new NeighbourWatch(host))
        {
            if (_attack.NeedsBusyNeighbour)
                _ = host.Http.GetAsync("/p/Neighbour/wait");
            if (_attack.NeedsOtherUser && host.AsOtherAsync($"/p/{attack}/other") is var other && _attack.IsOtherOver)
                (await other).Dispose();
            var began = System.Diagnostics.Stopwatch.GetTimestamp();
            var said = await SayAsync();
            var called = System.Diagnostics.Stopwatch.GetElapsedTime(began);
            var found = await signs.LookAsync(host.Level == Levels.None ? LeastProcesses : _attack.Processes);
            // A host that runs hostile code itself and was harmed by it has nothing more to show.
            if (found.Count == 0 || host.Level != Levels.None)
            {
                await host.Pool.UnloadAsync(_id).WaitAsync(LongestUnload);
                if (_attack.Accomplice is { } accomplice)
                    await host.Pool.UnloadAsync(new PluginVersionId(accomplice, "1.0.0")).WaitAsync(LongestUnload);
            }

            var unloaded = System.Diagnostics.Stopwatch.GetElapsedTime(began) - called;
            // What happens while it stops, and when its things are taken away.
            if (found.Count == 0)
                found = await signs.LookAsync(LeastProcesses);
            found = [.. found, .. await watch.EndAsync()];
            var evidence = $"{string.Join(" / ", said.Select(one => one.Text).Distinct(StringComparer.Ordinal))} | {signs}, called in {called.TotalSeconds:0.0} s, unloaded in {unloaded.TotalSeconds:0.0} s";
            return found.Count > 0 ? (Cell.Possible, $"{string.Join("; ", found)} | {evidence}", true) : (Judge(said), evidence, false);
        }
    }

    private async Task<IReadOnlyList<Saying>> SayAsync()
    {
        if (_attack.IsLifecycleCall)
            return [await LifecycleAsync()];
        var said = new List<Saying>();
        for (var i = 0; i < _attack.Calls; i++)
            said.Add(await CallAsync());
        return said;
    }

    private Cell? Judge(IReadOnlyList<Saying> said)
    {
        if (said.Any(one => Begins(one, "reached:")))
            return Cell.Possible;
        if (said.All(one => Begins(one, "stopped:")))
            return Cell.Stopped;
        // Where an attack can end without an answer and is called more than once, one of the calls has to.
        return said.Any(one => _attack.Endings.Contains(one.Code, StringComparer.Ordinal)) || (_attack.Calls == 1 && said.All(one => Begins(one, "did:"))) ? Cell.Contained : null;
    }

    private static bool Begins(Saying one, string with) => one.Code.Length == 0 && one.Answer.StartsWith(with, StringComparison.Ordinal);

    private async Task<Saying> CallAsync()
    {
        try
        {
            var target = Convert.ToBase64String(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(host.Target));
            using var response = await host.Http.GetAsync($"/p/{attack}/{_attack.Endpoint}?port={host.Target.LoopbackPort}&target={Uri.EscapeDataString(target)}", HttpCompletionOption.ResponseHeadersRead);
            await using var body = await response.Content.ReadAsStreamAsync();
            using var patience = new CancellationTokenSource(_attack.Patience);
            try
            {
                return new Saying(response.Headers.TryGetValues("Range-Outcome", out var code) ? code.First() : "", await ReadAsync(body, patience.Token));
            }
            catch (OperationCanceledException) when (patience.IsCancellationRequested)
            {
                return new Saying("client left", $"after {_attack.Patience}");
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            return new Saying("broken off", exception.GetBaseException().Message);
        }
    }

    // The beginning; the rest is read and forgotten, as a client streams it.
    private static async Task<string> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var first = new byte[600];
        var length = await body.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, cancellationToken);
        var rest = new byte[64 * 1024];
        long more = 0;
        for (int read; (read = await body.ReadAsync(rest, cancellationToken)) > 0;)
            more += read;
        var text = System.Text.Encoding.UTF8.GetString(first, 0, length).Replace('\0', '.');
        return more > 0 ? $"{text[..Math.Min(60, text.Length)]}… and {more} bytes more" : text;
    }

    private async Task<Saying> LifecycleAsync()
    {
        try
        {
            switch (await host.Pool.LeaseAsync(_id))
            {
                case LeaseOutcome.Leased { Lease: var lease }:
                    using (lease)
                    {
                        var user = host.UserOf(attack);
                        var installation = new UserInstallation(user, attack, "1.0.0", user, "{}");
                        if (_attack.IsCarriedOver)
                        {
                            var export = await lease.Lifecycle.ExportAsync(installation);
                            await lease.Lifecycle.ImportAsync(installation, export);
                            return new Saying("carried over", $"{export.Documents.Count} documents, {export.Documents.Sum(document => document.Value.Length)} characters");
                        }

                        var result = await lease.Lifecycle.CheckAsync(installation);
                        return new Saying(result.IsHealthy ? "Healthy" : "Unhealthy", $"{result.Problems.Count} problems, {result.Problems.Sum(problem => problem.Length)} characters");
                    }

                case LeaseOutcome.Failed failed:
                    return new Saying(failed.Code, failed.Reason);
                case var other:
                    return new Saying(other.GetType().Name, other.ToString());
            }
        }
        catch (PluginCallException exception)
        {
            return new Saying("call failed", exception.Reason);
        }
    }

    /// <summary>What came of one call.</summary>
    /// <param name="Code">What the host says; empty when the plugin answered.</param>
    /// <param name="Answer">The plugin's answer, or the host's reason.</param>
    private sealed record Saying(string Code, string Answer)
    {
        public string Text => $"{(Code.Length > 0 ? $"[{Code}] " : "")}{(Answer.Length > 400 ? Answer[..400] + "…" : Answer)}";
    }
}
