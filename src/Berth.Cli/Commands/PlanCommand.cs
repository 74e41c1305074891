using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth plan SLUG[@RANGE]</c>: what an install or update would do, and why just that. Changes nothing.</summary>
internal static class PlanCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var wish = new Argument<string>("slug") { Description = "The plugin's name, for example Notes, or Notes@^1.2" };
        wish.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !SlugArgument.IsSlug(token.Value.Split('@', 2)[0]))
            {
                result.AddError($"\"{token.Value}\" is no plugin name, nor NAME@RANGE.");
            }
        });
        return runner.Bind(
            new Command("plan", "Show what an install or update would do, and why") { wish },
            (context, cancellationToken) => RunAsync(context, context.Get(wish)!.Split('@', 2), cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, string[] wish, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var plan = await context.Report.WatchAsync($"Planning {wish[0]}", host.PlanOfAsync(wish[0], wish.Length > 1 ? wish[1] : null, cancellationToken));
        return PlanOutput.Print(context.Report, plan);
    }
}
