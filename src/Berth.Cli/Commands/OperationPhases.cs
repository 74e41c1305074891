using Berth.Cli.Http;

namespace Berth.Cli.Commands;

/// <summary>
/// Shows the phases of an operation on stderr while its answer is waited for. The answer alone decides how the command
/// ends: a stream that cannot be had shows nothing and harms nothing.
/// </summary>
internal static class OperationPhases
{
    private static readonly TimeSpan BeforeLooking = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ForTheRest = TimeSpan.FromMilliseconds(500);

    /// <summary>Waits for an operation on a plugin.</summary>
    public static async Task<T> ShowAsync<T>(CommandContext context, ApiConnection host, string slug, string what, Task<T> work, CancellationToken cancellationToken)
    {
        if (context.Report.IsJson || context.Report.IsQuiet)
        {
            return await work;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var showing = FollowAsync(context, host, slug, what, work, over.Token);
        try
        {
            return await work;
        }
        finally
        {
            // The last phases may still be on their way.
            await Task.WhenAny(showing, Task.Delay(ForTheRest, CancellationToken.None));
            await over.CancelAsync();
            await showing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task FollowAsync(CommandContext context, ApiConnection host, string slug, string what, Task work, CancellationToken cancellationToken)
    {
        string? id = null;
        while (id is null)
        {
            if (await Task.WhenAny(work, Task.Delay(BeforeLooking, cancellationToken)) == work)
            {
                return;
            }

            id = (await host.OperationsAsync($"state=running&limit=1&slug={Uri.EscapeDataString(slug)}", cancellationToken)) is [var running, ..] ? running.Id : null;
        }

        context.Report.Say(what);
        await foreach (var item in host.StreamAsync($"{OperationsApi.Path}/{id}", null, cancellationToken))
        {
            if (item.Name is "step" && item.Data.TryGetProperty("name", out var step))
            {
                context.Report.Say("  " + PhaseOf(step.GetString() ?? ""));
            }
        }
    }

    /// <summary>The journal's step in the words of the command line.</summary>
    internal static string PhaseOf(string step) => step switch
    {
        "begin" => "resolve",
        "fetch" => "download, verify, stage",
        "commit" => "activate",
        _ => step,
    };
}
