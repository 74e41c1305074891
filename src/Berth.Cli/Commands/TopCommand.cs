using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth top</c>: what the instances are doing, again and again, for administrators.</summary>
internal static class TopCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var once = new Option<bool>("--once") { Description = "Show one sample and end" };
        var sort = new Option<string>("--sort") { Description = "Most first, or by name or state", HelpName = "column", DefaultValueFactory = _ => "calls" };
        sort.AcceptOnlyFromAmong([.. TopView.Sorts]);
        var every = new Option<double>("--every") { Description = "Seconds between two samples [default: 2]", HelpName = "seconds", DefaultValueFactory = _ => 2 };
        every.Validators.Add(InRange);
        return runner.Bind(
            new Command("top", "Show what the instances are doing, as it changes (administrators)") { once, sort, every },
            (context, cancellationToken) => RunAsync(context, context.Get(once), context.Get(sort)!, TimeSpan.FromSeconds(context.Get(every)), cancellationToken));
    }

    private static void InRange(OptionResult result)
    {
        if (result.Tokens is [{ Value: var text }]
            && !(double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0.1 and <= 3600))
            result.AddError("--every takes 0.1 to 3600 seconds.");
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, bool once, string sort, TimeSpan every, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        // Before anything is drawn: a wrong address or token is a failure like that of any other command.
        var first = await context.Report.WatchAsync("Asking", host.InstancesAsync(cancellationToken));
        if (once)
        {
            context.Report.Table(TopView.Output(first, sort), TopView.Head, TopView.Rows(first, sort));
            return ExitCode.Done;
        }

        try
        {
            await context.Report.LiveTableAsync(TopView.Head, Samples(host, first, sort, every, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C is how one leaves it.
        }

        return ExitCode.Done;
    }

    private static async IAsyncEnumerable<TableSample> Samples(
        ApiConnection host, IReadOnlyList<InstanceEntry> first, string sort, TimeSpan every, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (instances, at, shares) = (first, Stopwatch.GetTimestamp(), (ProcessorShares?)null);
        while (true)
        {
            yield return new TableSample(TopView.Output(instances, sort, shares), TopView.Rows(instances, sort, shares));
            await Task.Delay(every, cancellationToken);
            var next = await host.InstancesAsync(cancellationToken);
            shares = new ProcessorShares(instances, next, Stopwatch.GetElapsedTime(at));
            (instances, at) = (next, Stopwatch.GetTimestamp());
        }
    }
}
